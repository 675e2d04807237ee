-- Flows, contacts, purchases and targets.

-- The rows of one sheet; `withdrawn`: its file was taken in anew, and the rows are out of sight.
CREATE TABLE activity (
  activity_id INTEGER PRIMARY KEY,
  import_id   INTEGER NOT NULL REFERENCES import,
  withdrawn   INTEGER NOT NULL DEFAULT 0 CHECK (withdrawn IN (0, 1))
) STRICT;

-- One transaction. `occurrence` tells equal ones of a sheet apart.
CREATE TABLE flow (
  activity_id INTEGER NOT NULL REFERENCES activity,
  line        INTEGER NOT NULL,
  employee_id INTEGER NOT NULL REFERENCES employee,
  date        TEXT NOT NULL,
  outward     INTEGER NOT NULL CHECK (outward IN (0, 1)),
  amount_fen  INTEGER NOT NULL,
  destination TEXT NOT NULL,
  reference   TEXT,
  occurrence  INTEGER NOT NULL,
  PRIMARY KEY (activity_id, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX flow_by_employee ON flow (employee_id, date);

-- What two overlapping exports both tell happened once.
CREATE VIEW current_flow AS
  SELECT f.employee_id, f.date, f.outward, f.amount_fen, f.destination, f.reference, f.occurrence
  FROM flow f JOIN activity a ON a.activity_id = f.activity_id
  WHERE a.withdrawn = 0
  GROUP BY f.employee_id, f.date, f.outward, f.amount_fen, f.destination, f.reference, f.occurrence;

-- One purchase. Prices, yields and marks in millionths.
CREATE TABLE sale (
  activity_id     INTEGER NOT NULL REFERENCES activity,
  line            INTEGER NOT NULL,
  employee_id     INTEGER NOT NULL REFERENCES employee,
  product_name    TEXT NOT NULL,
  product         TEXT,
  bought_on       TEXT NOT NULL,
  amount_fen      INTEGER NOT NULL,
  price           INTEGER,
  expected_yield  INTEGER,
  take_profit     INTEGER,
  take_profit_is  TEXT CHECK (take_profit_is IN ('share', 'price')),
  stop_loss       INTEGER,
  stop_loss_is    TEXT CHECK (stop_loss_is IN ('share', 'price')),
  due_date        TEXT,
  occurrence      INTEGER NOT NULL,
  PRIMARY KEY (activity_id, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX sale_by_employee ON sale (employee_id, bought_on);

-- Of a purchase told twice the later sheet counts.
CREATE VIEW current_sale AS
  SELECT s.employee_id, s.product_name, s.product, s.bought_on, s.amount_fen, s.price, s.expected_yield,
    s.take_profit, s.take_profit_is, s.stop_loss, s.stop_loss_is, s.due_date, s.occurrence
  FROM sale s
  JOIN (
    SELECT s2.employee_id, s2.product_name, s2.bought_on, s2.amount_fen, s2.occurrence, max(s2.activity_id) AS activity_id
    FROM sale s2 JOIN activity a ON a.activity_id = s2.activity_id
    WHERE a.withdrawn = 0
    GROUP BY s2.employee_id, s2.product_name, s2.bought_on, s2.amount_fen, s2.occurrence
  ) latest ON latest.activity_id = s.activity_id AND latest.employee_id = s.employee_id
    AND latest.product_name = s.product_name AND latest.bought_on = s.bought_on
    AND latest.amount_fen = s.amount_fen AND latest.occurrence = s.occurrence;

-- One contact. Without a task it still counts for the person; without a person it is kept to be looked at.
CREATE TABLE contact (
  contact_id     INTEGER PRIMARY KEY,
  activity_id    INTEGER NOT NULL REFERENCES activity,
  line           INTEGER NOT NULL,
  task_id        TEXT REFERENCES task,
  employee_id    INTEGER REFERENCES employee,
  date           TEXT NOT NULL,
  channel        TEXT,
  result         TEXT NOT NULL,
  wanted_product TEXT,
  deal_product   TEXT,
  amount_fen     INTEGER,
  next_contact   TEXT,
  note           TEXT
) STRICT;
CREATE INDEX contact_by_task ON contact (task_id, date);
CREATE INDEX contact_by_employee ON contact (employee_id, date);

-- Of a result told twice of one task (or person) and day the later telling counts.
CREATE VIEW current_contact AS
  SELECT c.* FROM contact c JOIN activity a ON a.activity_id = c.activity_id
  WHERE a.withdrawn = 0 AND NOT EXISTS (
    SELECT 1 FROM contact n JOIN activity na ON na.activity_id = n.activity_id
    WHERE na.withdrawn = 0 AND n.contact_id > c.contact_id AND n.employee_id = c.employee_id
      AND n.task_id IS c.task_id AND n.date = c.date AND n.result = c.result
  );

-- The contact an event of a task rests on.
ALTER TABLE task_event ADD COLUMN contact_id INTEGER REFERENCES contact;
CREATE INDEX event_by_contact ON task_event (contact_id);

-- `value` in fen, as a count, or in millionths, as the indicator says.
CREATE TABLE target (
  target_id     INTEGER PRIMARY KEY,
  import_id     INTEGER NOT NULL REFERENCES import,
  outlet        TEXT NOT NULL,
  indicator     TEXT NOT NULL,
  first_day     TEXT NOT NULL,
  last_day      TEXT NOT NULL,
  value         INTEGER NOT NULL,
  superseded_by INTEGER REFERENCES target
) STRICT;
CREATE INDEX target_by_outlet ON target (outlet, indicator, first_day, last_day);

CREATE VIEW current_target AS
  SELECT outlet, indicator, first_day, last_day, value FROM target WHERE superseded_by IS NULL;

-- Where the money of each payday went.
CREATE TABLE payday_outflow (
  employee_id INTEGER NOT NULL,
  slot        INTEGER NOT NULL,
  employer_id INTEGER NOT NULL,
  destination TEXT NOT NULL,
  amount_fen  INTEGER NOT NULL,
  PRIMARY KEY (employee_id, slot, destination)
) STRICT, WITHOUT ROWID;
