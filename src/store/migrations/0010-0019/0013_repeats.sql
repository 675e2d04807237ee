-- Payments that stand in two runs count once.

-- What tells a run from another of the same day: months and words, as a key of ours. And whether it was written before
-- the money was paid; NULL: unknown.
ALTER TABLE payroll_run ADD COLUMN purpose TEXT NOT NULL DEFAULT '';
ALTER TABLE payroll_run ADD COLUMN planned INTEGER CHECK (planned IN (0, 1));

-- Payments of a run that stand in `by_run` too, and count there.
CREATE TABLE payment_shadow (
  run_id INTEGER NOT NULL REFERENCES payroll_run,
  line   INTEGER NOT NULL,
  by_run INTEGER NOT NULL REFERENCES payroll_run,
  PRIMARY KEY (run_id, line)
) STRICT, WITHOUT ROWID;

-- As before, without what counts elsewhere. A withdrawn run (which is its own successor) holds nothing back any more.
DROP VIEW matched_payment;
CREATE VIEW matched_payment AS
  SELECT p.run_id, p.line, p.payee, p.amount_fen, COALESCE(a.canonical_id, p.employee_id, m.employee_id) AS employee_id
  FROM payment p
  JOIN payroll_run r ON r.run_id = p.run_id
  LEFT JOIN employee_alias a ON a.employee_id = p.employee_id
  LEFT JOIN payee_match m ON p.employee_id IS NULL AND m.employer_id = r.employer_id AND m.payee = p.payee
  WHERE NOT EXISTS (
    SELECT 1 FROM payment_shadow s JOIN payroll_run b ON b.run_id = s.by_run
    WHERE s.run_id = p.run_id AND s.line = p.line AND COALESCE(b.superseded_by, 0) <> b.run_id);

-- Payees nobody knows, for finding the same payments under another employer.
CREATE INDEX payment_by_payee ON payment (payee, run_id) WHERE employee_id IS NULL;

DELETE FROM fact_stamp;
