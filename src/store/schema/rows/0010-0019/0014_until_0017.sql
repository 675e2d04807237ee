INSERT INTO several_payee (employee_id) VALUES (4);
