-- The plan of a run that was paid: its payment counts in the run.
INSERT INTO payroll_run (run_id, import_id, employer_id, payday, pay_kind, superseded_by, purpose, planned) VALUES
  (4, 3, 1, '2026-02-15', 'wage', NULL, '2026-02', 1);
INSERT INTO payment (run_id, line, employee_id, payee, amount_fen) VALUES
  (4, 1, 1, x'01010101010101010101010101010101', 60);
INSERT INTO payment_shadow (run_id, line, by_run) VALUES (4, 1, 2);
