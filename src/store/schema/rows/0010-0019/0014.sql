INSERT INTO several_pay (employee_id, employer_id, payday, amount_fen) VALUES (4, 2, '2026-02-20', 80);
INSERT INTO several_balance (employee_id, as_of, aum_fen) VALUES (4, '2026-01-31', 400);
