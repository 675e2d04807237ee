INSERT INTO several_window (employee_id, employer_id, slot, place, first_day, last_day)
  VALUES (4, 2, 1, 1, '2026-02-14', '2026-02-22');
INSERT INTO payday_retention (employee_id, slot, employer_id, payday, basis, approximate, counted_id, payroll_fen, retained_fen)
  VALUES (1, 1, 1, '2026-02-15', 'aum', 0, 1, 60, 40);
