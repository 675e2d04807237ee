-- What is read from the store passes through these views; superseded parts, runs and rows are out of sight.
CREATE VIEW current_holding AS
  SELECT p.employer_id, p.as_of, p.covered, p.basis, h.*
  FROM holding h JOIN current_part p ON p.part_id = h.part_id
  WHERE p.kind = 'holdings' AND h.superseded = 0;

CREATE VIEW current_run AS
  SELECT run_id, employer_id, payday, pay_kind FROM payroll_run WHERE superseded_by IS NULL;

-- Dates worked out per employer by pure decisions; the facts below join on them.
-- pay_period: calendar months counted back from the month of the employer's latest payday (0 = that month).
CREATE TABLE pay_period (
  employer_id INTEGER NOT NULL REFERENCES employer,
  months_back INTEGER NOT NULL,
  first_day   TEXT NOT NULL,
  last_day    TEXT NOT NULL,
  PRIMARY KEY (employer_id, months_back)
) STRICT, WITHOUT ROWID;

-- pay_window: the paydays whose money is followed; slot 1 is the latest that can be judged, 2 the one before.
CREATE TABLE pay_window (
  employer_id  INTEGER NOT NULL REFERENCES employer,
  slot         INTEGER NOT NULL,
  payday       TEXT NOT NULL,
  window_end   TEXT NOT NULL,
  before_as_of TEXT,
  after_as_of  TEXT,
  basis        TEXT NOT NULL,
  approximate  INTEGER NOT NULL CHECK (approximate IN (0, 1)),
  PRIMARY KEY (employer_id, slot)
) STRICT, WITHOUT ROWID;

-- change_window: the two snapshots that are compared for gains and losses.
CREATE TABLE change_window (
  employer_id INTEGER PRIMARY KEY REFERENCES employer,
  from_as_of  TEXT NOT NULL,
  to_as_of    TEXT NOT NULL
) STRICT;

CREATE TABLE employee_attributes (
  employee_id      INTEGER PRIMARY KEY,
  outlet           TEXT,
  rm               TEXT,
  level            TEXT,
  grade            TEXT,
  account_class    INTEGER,
  gender           TEXT,
  birth            TEXT,
  last_transaction TEXT,
  last_login       TEXT,
  risk_level       INTEGER,
  risk_until       TEXT,
  consent_sms      TEXT,
  consent_phone    TEXT,
  consent_wecom    TEXT,
  due_date         TEXT,
  due_amount_fen   INTEGER
) STRICT;

CREATE TABLE employee_pay (
  employee_id     INTEGER PRIMARY KEY,
  employer_id     INTEGER NOT NULL,
  wage_fen        INTEGER NOT NULL,
  bonus_fen       INTEGER NOT NULL,
  prior_wage_fen  INTEGER NOT NULL,
  prior_months    INTEGER NOT NULL,
  recent_months   INTEGER NOT NULL,
  first_paid      TEXT NOT NULL,
  last_paid       TEXT NOT NULL
) STRICT;

CREATE TABLE payday_retention (
  employee_id       INTEGER NOT NULL,
  slot              INTEGER NOT NULL,
  employer_id       INTEGER NOT NULL,
  payday            TEXT NOT NULL,
  basis             TEXT NOT NULL,
  approximate       INTEGER NOT NULL,
  payroll_fen       INTEGER NOT NULL,
  aum_before_fen    INTEGER,
  aum_after_fen     INTEGER,
  retained_fen      INTEGER,
  demand_change_fen INTEGER,
  PRIMARY KEY (employee_id, slot)
) STRICT, WITHOUT ROWID;

CREATE TABLE employee_facts (
  employee_id            INTEGER PRIMARY KEY,
  employer_id            INTEGER NOT NULL,
  as_of                  TEXT NOT NULL,
  first_seen             TEXT NOT NULL,
  outlet                 TEXT,
  rm                     TEXT,
  level                  TEXT,
  grade                  TEXT,
  account_class          INTEGER,
  gender                 TEXT,
  birth                  TEXT,
  aum_fen                INTEGER,
  aum_month_avg_fen      INTEGER,
  demand_fen             INTEGER,
  term_fen               INTEGER,
  wealth_fen             INTEGER,
  fund_fen               INTEGER,
  products               INTEGER NOT NULL,
  covered                INTEGER NOT NULL,
  product_count          INTEGER NOT NULL,
  asset_product_count    INTEGER NOT NULL,
  has_mobile_bank        INTEGER,
  has_online_bank        INTEGER,
  has_quick_pay          INTEGER,
  has_wecom              INTEGER,
  has_credit_card        INTEGER,
  has_wealth             INTEGER,
  has_cash_management    INTEGER,
  has_fund               INTEGER,
  has_fund_plan          INTEGER,
  has_custody            INTEGER,
  has_pension            INTEGER,
  last_transaction       TEXT,
  last_login             TEXT,
  risk_level             INTEGER,
  risk_until             TEXT,
  consent_sms            TEXT,
  consent_phone          TEXT,
  consent_wecom          TEXT,
  due_date               TEXT,
  due_amount_fen         INTEGER,
  first_paid             TEXT,
  last_paid              TEXT,
  wage_fen               INTEGER NOT NULL,
  bonus_fen              INTEGER NOT NULL,
  wage_mean_fen          INTEGER,
  paid_months            INTEGER NOT NULL,
  employer_first_payday  TEXT,
  employer_last_payday   TEXT,
  payday                 TEXT,
  payroll_fen            INTEGER,
  retained_fen           INTEGER,
  retention_basis        TEXT NOT NULL,
  demand_change_fen      INTEGER,
  prior_demand_change_fen INTEGER
) STRICT;
CREATE INDEX employee_facts_by_employer ON employee_facts (employer_id);

CREATE TABLE employer_facts (
  employer_id          INTEGER PRIMARY KEY,
  as_of                TEXT,
  headcount            INTEGER NOT NULL,
  aum_fen              INTEGER,
  aum_month_avg_fen    INTEGER,
  demand_fen           INTEGER,
  products_total       INTEGER NOT NULL,
  asset_products_total INTEGER NOT NULL,
  executives           INTEGER NOT NULL,
  affluent_heads       INTEGER NOT NULL,
  coverage_0           INTEGER NOT NULL,
  coverage_1           INTEGER NOT NULL,
  coverage_2           INTEGER NOT NULL,
  coverage_3           INTEGER NOT NULL,
  coverage_4           INTEGER NOT NULL,
  coverage_5           INTEGER NOT NULL
) STRICT;

-- Numbers of the products in the catalogue in force.
CREATE TABLE product_number (
  product INTEGER PRIMARY KEY
) STRICT;

CREATE TABLE employer_products (
  employer_id INTEGER NOT NULL,
  product     INTEGER NOT NULL,
  holders     INTEGER NOT NULL,
  known       INTEGER NOT NULL,
  PRIMARY KEY (employer_id, product)
) STRICT, WITHOUT ROWID;

CREATE TABLE employer_pay (
  employer_id       INTEGER PRIMARY KEY,
  paid_heads        INTEGER NOT NULL,
  prior_paid_heads  INTEGER,
  effective_heads   INTEGER NOT NULL,
  payroll_fen       INTEGER NOT NULL,
  prior_payroll_fen INTEGER,
  recent_wage_fen   INTEGER NOT NULL,
  recent_months     INTEGER NOT NULL
) STRICT;

CREATE TABLE holding_change (
  employee_id    INTEGER PRIMARY KEY,
  employer_id    INTEGER NOT NULL,
  status         TEXT NOT NULL CHECK (status IN ('present', 'joined', 'departed', 'unknown')),
  gained         INTEGER NOT NULL,
  lost           INTEGER NOT NULL,
  aum_before_fen INTEGER,
  aum_after_fen  INTEGER
) STRICT;
CREATE INDEX holding_change_by_employer ON holding_change (employer_id);
