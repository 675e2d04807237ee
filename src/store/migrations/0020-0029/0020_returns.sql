-- What people said, cell by cell: typed into a workbook that came back, or told by a command. Append-only; what holds is
-- worked out from all of it, so that the order in which copies come back does not matter.
CREATE TABLE answer (
  answer_id   INTEGER PRIMARY KEY,
  activity_id INTEGER NOT NULL REFERENCES activity,
  -- The workbook it was typed into; NULL: told by a command or a list of somebody's own.
  export_id   TEXT REFERENCES export,
  -- What it is about: one of these, or a visit and one of its steps.
  task_id     TEXT REFERENCES task,
  employee_id INTEGER REFERENCES employee,
  employer_id INTEGER REFERENCES employer,
  visit_id    INTEGER REFERENCES visit,
  step        TEXT,
  line        INTEGER NOT NULL,
  -- The day of a contact; of what has one state only, NULL.
  answered_on TEXT,
  -- The row gave no day.
  assumed     INTEGER NOT NULL DEFAULT 0 CHECK (assumed IN (0, 1)),
  -- Answers up to this one were known when the workbook was made: only they can have been meant to be changed.
  seen        INTEGER NOT NULL,
  -- Somebody has looked at all answers up to `seen` and says which holds.
  settles     INTEGER NOT NULL DEFAULT 0 CHECK (settles IN (0, 1)),
  author      TEXT NOT NULL,
  sheet       TEXT,
  today       TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  CHECK (answered_on IS date(answered_on)),
  CHECK (today IS date(today)),
  CHECK (recorded_at IS strftime('%Y-%m-%dT%H:%M:%SZ', recorded_at))
) STRICT;
CREATE INDEX answer_by_task ON answer (task_id) WHERE task_id IS NOT NULL;
CREATE INDEX answer_by_employee ON answer (employee_id) WHERE employee_id IS NOT NULL;
CREATE INDEX answer_by_employer ON answer (employer_id) WHERE employer_id IS NOT NULL;
CREATE INDEX answer_by_visit ON answer (visit_id) WHERE visit_id IS NOT NULL;
CREATE INDEX answer_by_export ON answer (export_id) WHERE export_id IS NOT NULL;

CREATE TABLE answer_value (
  answer_id INTEGER NOT NULL REFERENCES answer ON DELETE CASCADE,
  field     TEXT NOT NULL,
  -- NULL: what was sent was emptied.
  value     TEXT,
  -- What was sent; NULL: nothing.
  base      TEXT,
  cell      TEXT,
  PRIMARY KEY (answer_id, field)
) STRICT, WITHOUT ROWID;

-- Whose a contact is that names no task.
CREATE INDEX task_by_employee ON task (employee_id);

-- Answers on visits that have been put into the plan.
CREATE TABLE applied_answer (
  answer_id INTEGER PRIMARY KEY REFERENCES answer ON DELETE CASCADE,
  today     TEXT NOT NULL,
  CHECK (today IS date(today))
) STRICT;

-- What somebody wants of us, until it is dealt with.
CREATE TABLE need (
  need_id     INTEGER PRIMARY KEY,
  employee_id INTEGER REFERENCES employee,
  employer_id INTEGER REFERENCES employer,
  note        TEXT NOT NULL,
  owner       INTEGER REFERENCES staff,
  due         TEXT,
  author      TEXT NOT NULL,
  today       TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  CHECK (due IS date(due)),
  CHECK (today IS date(today)),
  CHECK (recorded_at IS strftime('%Y-%m-%dT%H:%M:%SZ', recorded_at))
) STRICT;
CREATE INDEX need_by_employee ON need (employee_id) WHERE employee_id IS NOT NULL;
CREATE INDEX need_by_employer ON need (employer_id) WHERE employer_id IS NOT NULL;

CREATE TABLE need_end (
  need_id     INTEGER PRIMARY KEY REFERENCES need ON DELETE CASCADE,
  note        TEXT,
  date        TEXT NOT NULL,
  author      TEXT NOT NULL,
  today       TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  CHECK (date IS date(date)),
  CHECK (today IS date(today)),
  CHECK (recorded_at IS strftime('%Y-%m-%dT%H:%M:%SZ', recorded_at))
) STRICT;

-- Whose clients are somebody else's from a day on, whatever the lists still say.
CREATE TABLE handover (
  handover_id INTEGER PRIMARY KEY,
  from_staff  INTEGER NOT NULL REFERENCES staff,
  to_staff    INTEGER NOT NULL REFERENCES staff,
  author      TEXT NOT NULL,
  today       TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  CHECK (today IS date(today)),
  CHECK (recorded_at IS strftime('%Y-%m-%dT%H:%M:%SZ', recorded_at))
) STRICT;

ALTER TABLE export ADD COLUMN book TEXT;
ALTER TABLE export ADD COLUMN row_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE export ADD COLUMN seen INTEGER NOT NULL DEFAULT 0;

-- A contact as it is known now takes the place of what was known of it before.
ALTER TABLE contact ADD COLUMN supersedes INTEGER REFERENCES contact ON DELETE SET NULL;
CREATE INDEX contact_by_superseded ON contact (supersedes) WHERE supersedes IS NOT NULL;

DROP VIEW current_contact;
DROP VIEW counting_contact;
CREATE VIEW counting_contact AS
  SELECT c.contact_id, c.task_id, COALESCE(p.canonical_id, c.employee_id) AS employee_id, c.date, c.channel, c.result,
    c.wanted_product, c.deal_product, c.amount_fen, c.next_contact, c.note
  FROM contact c
  JOIN activity a ON a.activity_id = c.activity_id
  LEFT JOIN employee_alias p ON p.employee_id = c.employee_id
  WHERE a.withdrawn = 0
    AND NOT EXISTS (SELECT 1 FROM contact s JOIN activity sa ON sa.activity_id = s.activity_id
      WHERE s.supersedes = c.contact_id AND sa.withdrawn = 0);

-- Of one task and day the latest telling counts; of contacts without a task those of the same result are one.
CREATE VIEW current_contact AS
  SELECT c.contact_id, c.task_id, c.employee_id, c.date, c.channel, c.result, c.wanted_product, c.deal_product,
    c.amount_fen, c.next_contact, c.note
  FROM counting_contact c
  LEFT JOIN (
    SELECT employee_id, task_id, date, max(contact_id) AS contact_id FROM counting_contact
    WHERE employee_id IS NOT NULL
    GROUP BY employee_id, task_id, date, CASE WHEN task_id IS NULL THEN result END
  ) latest ON latest.contact_id = c.contact_id
  WHERE c.employee_id IS NULL OR latest.contact_id IS NOT NULL;
