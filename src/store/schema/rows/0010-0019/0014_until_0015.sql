INSERT INTO payday_retention (employee_id, slot, employer_id, payday, basis, approximate, payroll_fen, lower_fen, all_fen,
    change_fen, retained_fen) VALUES (1, 1, 1, '2026-02-15', 'aum', 0, 60, 0, 60, 40, 40);
