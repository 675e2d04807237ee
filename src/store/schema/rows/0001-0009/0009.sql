INSERT INTO next_due (employee_id, due_date, due_amount_fen) VALUES (4, '2026-08-11', 1000);
