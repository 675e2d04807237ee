-- People and employers that a sheet names without saying for sure who they are, and what was decided about them.
-- Rows of such a person are kept meanwhile under a number of their own (`provisional`); a decision never moves
-- a row of a person, it adds an alias that everything read from the store follows.

CREATE TABLE open_match (
  match_id     INTEGER PRIMARY KEY,
  subject      TEXT NOT NULL CHECK (subject IN ('person', 'payee', 'employer')),
  reason       TEXT NOT NULL,
  -- Where it was seen; for a payee also a part of what it is.
  employer_id  INTEGER REFERENCES employer,
  payee        BLOB CHECK (length(payee) = 16),
  provisional  INTEGER,
  first_import INTEGER NOT NULL REFERENCES import,
  last_import  INTEGER NOT NULL REFERENCES import,
  -- 1-based row of the sheet where it was first seen.
  line         INTEGER NOT NULL,
  first_seen   TEXT NOT NULL,
  last_seen    TEXT NOT NULL,
  -- 0: has found its person since.
  waiting      INTEGER NOT NULL DEFAULT 1 CHECK (waiting IN (0, 1)),
  UNIQUE (employer_id, payee)
) STRICT;
CREATE INDEX open_match_by_provisional ON open_match (provisional);

-- What was seen: only hashes.
CREATE TABLE match_key (
  scheme   TEXT NOT NULL,
  hmac     BLOB NOT NULL CHECK (length(hmac) = 16),
  match_id INTEGER NOT NULL REFERENCES open_match,
  PRIMARY KEY (scheme, hmac, match_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE match_candidate (
  match_id  INTEGER NOT NULL REFERENCES open_match,
  candidate INTEGER NOT NULL,
  rule      TEXT NOT NULL,
  PRIMARY KEY (match_id, candidate, rule)
) STRICT, WITHOUT ROWID;

-- Ledger: append-only.
CREATE TABLE match_decision (
  decision_id INTEGER PRIMARY KEY,
  match_id    INTEGER NOT NULL REFERENCES open_match,
  verdict     TEXT NOT NULL CHECK (verdict IN ('same', 'new', 'merge', 'skip', 'undo')),
  target      INTEGER,
  other       INTEGER,
  supersedes  INTEGER REFERENCES match_decision,
  today       TEXT NOT NULL,
  recorded_at TEXT NOT NULL
) STRICT;
CREATE INDEX decision_by_match ON match_decision (match_id);
CREATE TRIGGER match_decision_keeps BEFORE UPDATE ON match_decision BEGIN SELECT raise(ABORT, 'decisions are append-only'); END;
CREATE TRIGGER match_decision_stays BEFORE DELETE ON match_decision BEGIN SELECT raise(ABORT, 'decisions are append-only'); END;

CREATE VIEW current_decision AS
  SELECT d.decision_id, d.match_id, d.verdict, d.target, d.other, d.today
  FROM match_decision d
  WHERE d.decision_id = (SELECT max(l.decision_id) FROM match_decision l WHERE l.match_id = d.match_id)
    AND d.verdict <> 'undo';

-- Worked out from the decisions in force.
CREATE TABLE employee_alias (
  employee_id  INTEGER PRIMARY KEY REFERENCES employee,
  canonical_id INTEGER NOT NULL REFERENCES employee
) STRICT;
CREATE INDEX employee_alias_by_canonical ON employee_alias (canonical_id);

CREATE TABLE employer_alias (
  employer_id  INTEGER PRIMARY KEY REFERENCES employer,
  canonical_id INTEGER NOT NULL REFERENCES employer
) STRICT;
CREATE INDEX employer_alias_by_canonical ON employer_alias (canonical_id);

-- Parts, runs and visits that follow an employer's alias, and whose they were.
CREATE TABLE employer_moved (
  kind   TEXT NOT NULL CHECK (kind IN ('part', 'run', 'visit')),
  row_id INTEGER NOT NULL,
  was    INTEGER NOT NULL REFERENCES employer,
  PRIMARY KEY (kind, row_id)
) STRICT, WITHOUT ROWID;

-- Payees known by name or by decision, not by a number.
CREATE TABLE payee_match (
  employer_id INTEGER NOT NULL REFERENCES employer,
  payee       BLOB NOT NULL CHECK (length(payee) = 16),
  employee_id INTEGER NOT NULL REFERENCES employee,
  PRIMARY KEY (employer_id, payee)
) STRICT, WITHOUT ROWID;

-- Rows out of sight because an alias brings another row of the same person and date.
CREATE TABLE holding_shadow (
  part_id     INTEGER NOT NULL,
  employee_id INTEGER NOT NULL,
  PRIMARY KEY (part_id, employee_id)
) STRICT, WITHOUT ROWID;

-- Everybody an undecided match of a holdings row speaks of: whether they came or went is not known.
CREATE TABLE unsure_employee (
  employee_id INTEGER PRIMARY KEY REFERENCES employee
) STRICT;

-- All names an employer has been met by.
CREATE TABLE employer_name (
  name_key    TEXT NOT NULL,
  employer_id INTEGER NOT NULL REFERENCES employer,
  PRIMARY KEY (name_key, employer_id)
) STRICT, WITHOUT ROWID;
INSERT INTO employer_name (name_key, employer_id) SELECT name_key, employer_id FROM employer;

DROP VIEW current_holding;
CREATE VIEW current_holding AS
  SELECT p.employer_id, p.as_of, p.covered, p.basis,
    h.part_id, COALESCE(a.canonical_id, h.employee_id) AS employee_id, h.superseded,
    h.outlet, h.rm, h.level, h.grade, h.account_class, h.gender, h.birth,
    h.aum_fen, h.aum_month_avg_fen, h.demand_fen, h.term_fen, h.large_cd_fen, h.wealth_fen, h.cash_management_fen,
    h.fund_fen, h.insurance_fen, h.metal_fen, h.bond_fen, h.trust_fen, h.mortgage_fen, h.consumer_loan_fen,
    h.car_loan_fen, h.products, h.product_count, h.asset_product_count, h.last_transaction, h.last_login,
    h.risk_level, h.risk_until, h.consent_sms, h.consent_phone, h.consent_wecom, h.due_date, h.due_amount_fen
  FROM holding h
  JOIN current_part p ON p.part_id = h.part_id
  LEFT JOIN employee_alias a ON a.employee_id = h.employee_id
  WHERE p.kind = 'holdings' AND h.superseded = 0
    AND NOT EXISTS (SELECT 1 FROM holding_shadow s WHERE s.part_id = h.part_id AND s.employee_id = h.employee_id);

-- Payments with the person they belong to as now known.
CREATE VIEW matched_payment AS
  SELECT p.run_id, p.line, p.payee, p.amount_fen, COALESCE(a.canonical_id, p.employee_id, m.employee_id) AS employee_id
  FROM payment p
  JOIN payroll_run r ON r.run_id = p.run_id
  LEFT JOIN employee_alias a ON a.employee_id = p.employee_id
  LEFT JOIN payee_match m ON p.employee_id IS NULL AND m.employer_id = r.employer_id AND m.payee = p.payee;
