INSERT INTO several_payee (employee_id, employer_id) VALUES (4, 1);
INSERT INTO employer_standing (employer_id, as_of, lists, many, headcount, products_total, three_plus, three_plus_no_channels,
  products_proper, three_plus_proper) VALUES (1, '2026-02-28', '11', 3, 1, 1, 0, 0, 0, 0);
INSERT INTO moved_employer (employer_id) VALUES (1);
