-- The money of people paid by several employers counts whole, at one of them; products are asked for by number.

-- The first day whose payments are in the window: the one after the balances before payday, else payday itself.
ALTER TABLE pay_window ADD COLUMN first_day TEXT NOT NULL DEFAULT '';

-- The windows in which each of their employers pays them, and which employer comes first.
CREATE TABLE several_window (
  employee_id INTEGER NOT NULL,
  employer_id INTEGER NOT NULL,
  slot        INTEGER NOT NULL,
  -- 1 = the employer that comes first.
  place       INTEGER NOT NULL,
  first_day   TEXT NOT NULL,
  last_day    TEXT NOT NULL,
  PRIMARY KEY (employee_id, employer_id, slot)
) STRICT, WITHOUT ROWID;

DROP TABLE payday_retention;
CREATE TABLE payday_retention (
  employee_id       INTEGER NOT NULL,
  slot              INTEGER NOT NULL,
  employer_id       INTEGER NOT NULL,
  payday            TEXT NOT NULL,
  basis             TEXT NOT NULL,
  approximate       INTEGER NOT NULL,
  -- Where the person's money of this payday counts; elsewhere the amounts below are unknown.
  counted_id        INTEGER NOT NULL,
  payroll_fen       INTEGER,
  aum_before_fen    INTEGER,
  aum_after_fen     INTEGER,
  retained_fen      INTEGER,
  demand_change_fen INTEGER,
  PRIMARY KEY (employee_id, employer_id, slot)
) STRICT, WITHOUT ROWID;

-- Conditions see whether somebody has a product by its number (`covered`, `products`), whatever products a branch has.
ALTER TABLE employee_facts DROP COLUMN has_mobile_bank;
ALTER TABLE employee_facts DROP COLUMN has_online_bank;
ALTER TABLE employee_facts DROP COLUMN has_quick_pay;
ALTER TABLE employee_facts DROP COLUMN has_wecom;
ALTER TABLE employee_facts DROP COLUMN has_credit_card;
ALTER TABLE employee_facts DROP COLUMN has_wealth;
ALTER TABLE employee_facts DROP COLUMN has_cash_management;
ALTER TABLE employee_facts DROP COLUMN has_fund;
ALTER TABLE employee_facts DROP COLUMN has_fund_plan;
ALTER TABLE employee_facts DROP COLUMN has_custody;
ALTER TABLE employee_facts DROP COLUMN has_pension;

DELETE FROM payday_outflow;
DELETE FROM fact_stamp;
