INSERT INTO several_payee (employee_id) VALUES (4);
INSERT INTO several_pay (employee_id, employer_id, payday, amount_fen) VALUES (4, 2, '2026-02-20', 80);
INSERT INTO several_balance (employee_id, as_of, aum_fen) VALUES (4, '2026-01-31', 400);
INSERT INTO payday_retention (employee_id, slot, employer_id, payday, basis, approximate, payroll_fen, lower_fen, all_fen,
    change_fen, retained_fen) VALUES (1, 1, 1, '2026-02-15', 'aum', 0, 60, 0, 60, 40, 40);
