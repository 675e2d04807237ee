-- People paid by more than one employer: what stays of their money is divided among the wages.

-- People with a payment of an employer they do not belong to, all that they are paid by anybody, and their balances.
CREATE TABLE several_payee (
  employee_id INTEGER PRIMARY KEY
) STRICT;
CREATE TABLE several_pay (
  employee_id INTEGER NOT NULL,
  employer_id INTEGER NOT NULL,
  payday      TEXT NOT NULL,
  amount_fen  INTEGER NOT NULL,
  PRIMARY KEY (employee_id, employer_id, payday)
) STRICT, WITHOUT ROWID;
CREATE TABLE several_balance (
  employee_id INTEGER NOT NULL,
  as_of       TEXT NOT NULL,
  aum_fen     INTEGER,
  demand_fen  INTEGER,
  PRIMARY KEY (employee_id, as_of)
) STRICT, WITHOUT ROWID;

DROP TABLE payday_retention;
CREATE TABLE payday_retention (
  employee_id       INTEGER NOT NULL,
  slot              INTEGER NOT NULL,
  employer_id       INTEGER NOT NULL,
  payday            TEXT NOT NULL,
  basis             TEXT NOT NULL,
  approximate       INTEGER NOT NULL,
  payroll_fen       INTEGER NOT NULL,
  -- Paid in the window by employers with lower numbers, and by all.
  lower_fen         INTEGER NOT NULL,
  all_fen           INTEGER NOT NULL,
  aum_before_fen    INTEGER,
  aum_after_fen     INTEGER,
  -- The whole change, and this employer's part of it.
  change_fen        INTEGER,
  retained_fen      INTEGER,
  demand_change_fen INTEGER,
  PRIMARY KEY (employee_id, employer_id, slot)
) STRICT, WITHOUT ROWID;

DROP TABLE payday_outflow;
CREATE TABLE payday_outflow (
  employee_id INTEGER NOT NULL,
  slot        INTEGER NOT NULL,
  employer_id INTEGER NOT NULL,
  destination TEXT NOT NULL,
  amount_fen  INTEGER NOT NULL,
  PRIMARY KEY (employee_id, employer_id, slot, destination)
) STRICT, WITHOUT ROWID;

DELETE FROM fact_stamp;
