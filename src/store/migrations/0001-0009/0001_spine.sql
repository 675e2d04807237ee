-- Money in fen, dates as ISO text, booleans 0/1. What identifies a person stands only in `person`,
-- `key_person` and `unmatched_payee`; everything else knows surrogate numbers.

CREATE TABLE workspace (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE import (
  import_id    INTEGER PRIMARY KEY,
  file         TEXT NOT NULL,
  sha256       TEXT NOT NULL UNIQUE,
  kinds        TEXT NOT NULL,
  rows_taken   INTEGER NOT NULL,
  rows_skipped INTEGER NOT NULL,
  problems     INTEGER NOT NULL,
  today        TEXT NOT NULL,
  imported_at  TEXT NOT NULL
) STRICT;

CREATE TABLE employer (
  employer_id INTEGER PRIMARY KEY,
  name        TEXT NOT NULL,
  name_key    TEXT NOT NULL,
  bank_number TEXT UNIQUE,
  credit_code TEXT UNIQUE
) STRICT;
CREATE INDEX employer_by_name ON employer (name_key);

CREATE TABLE employee (
  employee_id INTEGER PRIMARY KEY,
  employer_id INTEGER NOT NULL REFERENCES employer,
  first_seen  TEXT NOT NULL
) STRICT;
CREATE INDEX employee_by_employer ON employee (employer_id);

-- Vault: who the numbers are.
CREATE TABLE person (
  employee_id     INTEGER PRIMARY KEY REFERENCES employee,
  customer_number TEXT,
  name            TEXT,
  id_number       TEXT,
  phone           TEXT,
  account         TEXT
) STRICT;

CREATE TABLE identity (
  scheme      TEXT NOT NULL CHECK (scheme IN ('customer', 'id_number', 'account')),
  hmac        BLOB NOT NULL CHECK (length(hmac) = 16),
  employee_id INTEGER NOT NULL REFERENCES employee,
  PRIMARY KEY (scheme, hmac)
) STRICT, WITHOUT ROWID;

CREATE TABLE name_at_employer (
  employer_id INTEGER NOT NULL REFERENCES employer,
  hmac        BLOB NOT NULL CHECK (length(hmac) = 16),
  employee_id INTEGER NOT NULL REFERENCES employee,
  PRIMARY KEY (employer_id, hmac, employee_id)
) STRICT, WITHOUT ROWID;

-- Snapshots: one per sheet and date, in parts per employer.
CREATE TABLE snapshot (
  snapshot_id INTEGER PRIMARY KEY,
  import_id   INTEGER NOT NULL REFERENCES import,
  kind        TEXT NOT NULL CHECK (kind IN ('employers', 'holdings')),
  as_of       TEXT NOT NULL,
  covered     INTEGER NOT NULL
) STRICT;

CREATE TABLE snapshot_part (
  part_id       INTEGER PRIMARY KEY,
  snapshot_id   INTEGER NOT NULL REFERENCES snapshot,
  employer_id   INTEGER NOT NULL REFERENCES employer,
  basis         TEXT NOT NULL CHECK (basis IN ('full', 'partial')),
  revision      INTEGER NOT NULL,
  superseded_by INTEGER REFERENCES snapshot_part
) STRICT;
CREATE INDEX part_by_employer ON snapshot_part (employer_id, snapshot_id);

CREATE VIEW current_part AS
  SELECT p.part_id, p.employer_id, p.basis, p.revision, s.snapshot_id, s.kind, s.as_of, s.covered
  FROM snapshot_part p JOIN snapshot s ON s.snapshot_id = p.snapshot_id
  WHERE p.superseded_by IS NULL;

CREATE TABLE employer_state (
  part_id             INTEGER PRIMARY KEY REFERENCES snapshot_part,
  employer_id         INTEGER NOT NULL REFERENCES employer,
  industry            TEXT,
  nature              TEXT,
  payroll_type        TEXT,
  address             TEXT,
  district            TEXT,
  outlet              TEXT,
  rm                  TEXT,
  stated_headcount    INTEGER,
  monthly_payroll_fen INTEGER,
  paydays             TEXT,
  last_visit          TEXT,
  agreement_end       TEXT,
  open_complaint      INTEGER CHECK (open_complaint IN (0, 1)),
  note                TEXT
) STRICT;

-- Vault: the employer's contact.
CREATE TABLE key_person (
  part_id INTEGER PRIMARY KEY REFERENCES snapshot_part,
  name    TEXT,
  title   TEXT,
  phone   TEXT
) STRICT;

-- One wide row per employee and snapshot. NULL amount: the sheet has no such column. 0: not held.
CREATE TABLE holding (
  part_id             INTEGER NOT NULL REFERENCES snapshot_part,
  employee_id         INTEGER NOT NULL REFERENCES employee,
  superseded          INTEGER NOT NULL DEFAULT 0 CHECK (superseded IN (0, 1)),
  outlet              TEXT,
  rm                  TEXT,
  level               TEXT,
  grade               TEXT,
  account_class       INTEGER,
  gender              TEXT,
  birth               TEXT,
  aum_fen             INTEGER,
  aum_month_avg_fen   INTEGER,
  demand_fen          INTEGER,
  term_fen            INTEGER,
  large_cd_fen        INTEGER,
  wealth_fen          INTEGER,
  cash_management_fen INTEGER,
  fund_fen            INTEGER,
  insurance_fen       INTEGER,
  metal_fen           INTEGER,
  bond_fen            INTEGER,
  trust_fen           INTEGER,
  mortgage_fen        INTEGER,
  consumer_loan_fen   INTEGER,
  car_loan_fen        INTEGER,
  products            INTEGER NOT NULL,
  product_count       INTEGER NOT NULL,
  asset_product_count INTEGER NOT NULL,
  last_transaction    TEXT,
  last_login          TEXT,
  risk_level          INTEGER,
  risk_until          TEXT,
  consent_sms         TEXT CHECK (consent_sms IN ('given', 'refused')),
  consent_phone       TEXT CHECK (consent_phone IN ('given', 'refused')),
  consent_wecom       TEXT CHECK (consent_wecom IN ('given', 'refused')),
  due_date            TEXT,
  due_amount_fen      INTEGER,
  PRIMARY KEY (part_id, employee_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX holding_by_employee ON holding (employee_id, part_id);

-- Balances of further products: those a workspace adds beside the fixed classes.
CREATE TABLE holding_further (
  part_id     INTEGER NOT NULL,
  employee_id INTEGER NOT NULL,
  product     INTEGER NOT NULL,
  amount_fen  INTEGER NOT NULL,
  PRIMARY KEY (part_id, employee_id, product),
  FOREIGN KEY (part_id, employee_id) REFERENCES holding
) STRICT, WITHOUT ROWID;

CREATE TABLE payroll_run (
  run_id        INTEGER PRIMARY KEY,
  import_id     INTEGER NOT NULL REFERENCES import,
  employer_id   INTEGER NOT NULL REFERENCES employer,
  payday        TEXT NOT NULL,
  pay_kind      TEXT NOT NULL CHECK (pay_kind IN ('wage', 'bonus', 'other')),
  superseded_by INTEGER REFERENCES payroll_run
) STRICT;
CREATE INDEX run_by_employer ON payroll_run (employer_id, payday);

-- `payee` counts heads: the same hash for the same payee, matched or not.
CREATE TABLE payment (
  run_id      INTEGER NOT NULL REFERENCES payroll_run,
  line        INTEGER NOT NULL,
  employee_id INTEGER REFERENCES employee,
  payee       BLOB NOT NULL CHECK (length(payee) = 16),
  amount_fen  INTEGER NOT NULL,
  PRIMARY KEY (run_id, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX payment_by_employee ON payment (employee_id, run_id);

-- Vault: payees that match nobody.
CREATE TABLE unmatched_payee (
  run_id          INTEGER NOT NULL REFERENCES payroll_run,
  line            INTEGER NOT NULL,
  customer_number TEXT,
  name            TEXT,
  id_number       TEXT,
  account         TEXT,
  PRIMARY KEY (run_id, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE staff (
  staff_id       INTEGER PRIMARY KEY,
  number         TEXT NOT NULL UNIQUE,
  name           TEXT NOT NULL,
  outlet         TEXT,
  position       TEXT,
  qualifications TEXT NOT NULL,
  may_go_out     INTEGER CHECK (may_go_out IN (0, 1)),
  leave          TEXT NOT NULL,
  daily_limit    INTEGER
) STRICT;

-- Ledger: what was decided, never changed, only superseded.
CREATE TABLE visit (
  visit_id    INTEGER PRIMARY KEY,
  employer_id INTEGER NOT NULL REFERENCES employer
) STRICT;

CREATE TABLE visit_revision (
  visit_id    INTEGER NOT NULL REFERENCES visit,
  revision    INTEGER NOT NULL,
  status      TEXT NOT NULL,
  date        TEXT NOT NULL,
  payload     TEXT NOT NULL,
  origin      TEXT NOT NULL CHECK (origin IN ('plan', 'user', 'import')),
  rules_hash  TEXT NOT NULL,
  today       TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (visit_id, revision)
) STRICT, WITHOUT ROWID;

CREATE VIEW current_visit AS
  SELECT r.visit_id, v.employer_id, r.revision, r.status, r.date, r.payload, r.origin, r.today
  FROM visit_revision r JOIN visit v ON v.visit_id = r.visit_id
  WHERE r.revision = (SELECT max(l.revision) FROM visit_revision l WHERE l.visit_id = r.visit_id);

CREATE TABLE task (
  task_id     TEXT PRIMARY KEY,
  rule        TEXT NOT NULL,
  employee_id INTEGER NOT NULL REFERENCES employee,
  employer_id INTEGER NOT NULL REFERENCES employer,
  episode     TEXT NOT NULL,
  rules_hash  TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE task_event (
  event_id    INTEGER PRIMARY KEY,
  task_id     TEXT NOT NULL REFERENCES task,
  event       TEXT NOT NULL CHECK (event IN ('issued', 'moved', 'contacted', 'result', 'lapsed')),
  due         TEXT,
  channel     TEXT,
  owner       INTEGER REFERENCES staff,
  payload     TEXT NOT NULL,
  today       TEXT NOT NULL,
  recorded_at TEXT NOT NULL
) STRICT;
CREATE INDEX event_by_task ON task_event (task_id, event_id);

CREATE TABLE export (
  export_id   TEXT PRIMARY KEY,
  file        TEXT NOT NULL,
  recipient   TEXT NOT NULL,
  today       TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE export_value (
  export_id TEXT NOT NULL REFERENCES export,
  row_key   TEXT NOT NULL,
  field     TEXT NOT NULL,
  value     TEXT,
  PRIMARY KEY (export_id, row_key, field)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
  seq        INTEGER PRIMARY KEY,
  at         TEXT NOT NULL,
  actor      TEXT NOT NULL,
  action     TEXT NOT NULL,
  purpose    TEXT NOT NULL,
  subject    TEXT NOT NULL,
  row_count  INTEGER NOT NULL,
  columns    TEXT NOT NULL,
  mask_level TEXT NOT NULL,
  sha256     TEXT NOT NULL,
  previous   TEXT NOT NULL,
  hash       TEXT NOT NULL
) STRICT;
CREATE TRIGGER audit_keeps BEFORE UPDATE ON audit BEGIN SELECT raise(ABORT, 'the audit is append-only'); END;
CREATE TRIGGER audit_stays BEFORE DELETE ON audit BEGIN SELECT raise(ABORT, 'the audit is append-only'); END;

-- Facts, worked out from the above and rebuilt when their stamp no longer fits.
CREATE TABLE fact_stamp (
  fact  TEXT PRIMARY KEY,
  stamp TEXT NOT NULL
) STRICT, WITHOUT ROWID;
