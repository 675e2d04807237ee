INSERT INTO several_payee (employee_id, employer_id) VALUES (4, 1);
INSERT INTO moved_employer (employer_id) VALUES (1);
