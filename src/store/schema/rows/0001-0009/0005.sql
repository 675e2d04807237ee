-- Person 5 is person 1 under another number, employer 3 is employer 2 under another name.
INSERT INTO employer (employer_id, name, name_key) VALUES (3, '乙测试附属学校', '乙测试附属');
INSERT INTO employee (employee_id, employer_id, first_seen) VALUES (5, 1, '2026-02-28');
INSERT INTO holding (part_id, employee_id, aum_fen, products, product_count, asset_product_count) VALUES
  (14, 5, 7, 2, 1, 0);
INSERT INTO employer_name (name_key, employer_id) VALUES ('甲测试', 1), ('乙测试', 2), ('乙测试附属', 3);
INSERT INTO open_match (match_id, subject, reason, employer_id, payee, provisional, first_import, last_import, line,
    first_seen, last_seen, waiting) VALUES
  (1, 'person', 'name', 1, NULL, 5, 3, 3, 7, '2026-02-28', '2026-02-28', 0),
  (2, 'payee', 'name', 1, x'0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A', NULL, 3, 3, 2, '2026-02-15', '2026-02-15', 1);
INSERT INTO match_key (scheme, hmac, match_id) VALUES ('name', x'11111111111111111111111111111111', 1);
INSERT INTO match_candidate (match_id, candidate, rule) VALUES (1, 1, 'name');
INSERT INTO match_decision (decision_id, match_id, verdict, target, other, supersedes, today, recorded_at) VALUES
  (1, 1, 'new', NULL, NULL, NULL, '2026-03-02', '2026-03-02T10:00:00Z'),
  (2, 1, 'same', 1, NULL, 1, '2026-03-03', '2026-03-03T10:00:00Z');
INSERT INTO employee_alias (employee_id, canonical_id) VALUES (5, 1);
INSERT INTO employer_alias (employer_id, canonical_id) VALUES (3, 2);
INSERT INTO employer_moved (kind, row_id, was) VALUES ('run', 3, 3);
INSERT INTO payee_match (employer_id, payee, employee_id) VALUES (1, x'0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A', 2);
INSERT INTO holding_shadow (part_id, employee_id) VALUES (14, 5);
INSERT INTO unsure_employee (employee_id) VALUES (3);
