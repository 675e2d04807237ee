-- Facts as an earlier program had worked them out.
INSERT INTO pay_period (employer_id, months_back, first_day, last_day) VALUES (1, 0, '2026-02-01', '2026-02-28');
INSERT INTO pay_window (employer_id, slot, payday, window_end, before_as_of, after_as_of, basis, approximate) VALUES
  (1, 1, '2026-02-15', '2026-02-28', '2026-01-31', '2026-02-28', 'aum', 0);
INSERT INTO change_window (employer_id, from_as_of, to_as_of) VALUES (1, '2026-01-31', '2026-02-28');
INSERT INTO employee_attributes (employee_id, outlet) VALUES (1, '测试网点');
INSERT INTO employee_pay (employee_id, employer_id, wage_fen, bonus_fen, prior_wage_fen, prior_months, recent_months,
    first_paid, last_paid) VALUES (1, 1, 60, 0, 0, 0, 1, '2026-02-15', '2026-02-15');
INSERT INTO employee_facts (employee_id, employer_id, as_of, first_seen, products, covered, product_count,
    asset_product_count, wage_fen, bonus_fen, paid_months, retention_basis) VALUES
  (1, 1, '2026-02-28', '2026-01-31', 4, 6, 1, 0, 60, 0, 1, 'aum');
INSERT INTO employer_facts (employer_id, headcount, products_total, asset_products_total, executives, affluent_heads,
    coverage_0, coverage_1, coverage_2, coverage_3, coverage_4, coverage_5) VALUES (1, 2, 2, 0, 0, 0, 0, 2, 0, 0, 0, 0);
INSERT INTO product_number (product) VALUES (1);
INSERT INTO employer_products (employer_id, product, holders, known) VALUES (1, 1, 1, 2);
INSERT INTO employer_pay (employer_id, paid_heads, effective_heads, payroll_fen, recent_wage_fen, recent_months) VALUES
  (1, 2, 2, 130, 130, 1);
INSERT INTO holding_change (employee_id, employer_id, status, gained, lost) VALUES (1, 1, 'present', 4, 2);
