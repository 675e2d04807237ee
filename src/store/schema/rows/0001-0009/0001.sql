-- Two employers and four people; a sheet of January that was corrected, one of February; one run of pay, sent twice.
INSERT INTO workspace (name, value) VALUES
  ('hmac_key', '0101010101010101010101010101010101010101010101010101010101010101');
INSERT INTO import (import_id, file, sha256, kinds, rows_taken, rows_skipped, problems, today, imported_at) VALUES
  (1, '一月.xlsx', 'a1', 'employers,holdings', 4, 0, 0, '2026-02-02', '2026-02-02T08:00:00Z'),
  (2, '一月更正.xlsx', 'a2', 'holdings', 1, 0, 1, '2026-02-03', '2026-02-03T08:00:00Z'),
  (3, '二月.xlsx', 'a3', 'holdings,payroll', 6, 1, 2, '2026-03-02', '2026-03-02T08:00:00Z');
INSERT INTO employer (employer_id, name, name_key, bank_number, credit_code) VALUES
  (1, '甲测试公司', '甲测试', 'D001', NULL),
  (2, '乙测试学校', '乙测试', NULL, NULL);
INSERT INTO employee (employee_id, employer_id, first_seen) VALUES
  (1, 1, '2026-01-31'), (2, 1, '2026-01-31'), (3, 1, '2026-02-28'), (4, 2, '2026-01-31');
INSERT INTO person (employee_id, customer_number, name, id_number, phone, account) VALUES
  (1, 'KH000001', '张测试', NULL, '13800000001', NULL),
  (2, 'KH000002', '李测试', NULL, NULL, NULL),
  (3, NULL, '王测试', NULL, NULL, NULL),
  (4, 'KH000004', '赵测试', NULL, '13800000004', NULL);
INSERT INTO identity (scheme, hmac, employee_id) VALUES
  ('customer', x'01010101010101010101010101010101', 1), ('customer', x'02020202020202020202020202020202', 2);
INSERT INTO name_at_employer (employer_id, hmac, employee_id) VALUES (1, x'11111111111111111111111111111111', 1);
INSERT INTO snapshot (snapshot_id, import_id, kind, as_of, covered) VALUES
  (1, 1, 'employers', '2026-01-31', 0), (2, 1, 'holdings', '2026-01-31', 14), (3, 2, 'holdings', '2026-01-31', 14),
  (4, 3, 'holdings', '2026-02-28', 6);
INSERT INTO snapshot_part (part_id, snapshot_id, employer_id, basis, revision, superseded_by) VALUES
  (1, 1, 1, 'full', 1, NULL), (13, 3, 1, 'full', 2, NULL), (12, 2, 1, 'full', 1, 13), (22, 2, 2, 'full', 1, NULL),
  (14, 4, 1, 'full', 1, NULL);
INSERT INTO employer_state (part_id, employer_id, industry, nature, payroll_type, address, district, outlet, rm,
    stated_headcount, monthly_payroll_fen, paydays, last_visit, agreement_end, open_complaint, note) VALUES
  (1, 1, 'manufacturing', '民营', '代发', '测试路1号', '测试区', '测试网点', '101', 30, 1000000, '15', '2025-11-20',
    '2026-12-31', 0, '测试备注');
INSERT INTO key_person (part_id, name, title, phone) VALUES (1, '钱测试', '财务', '13800000009');
INSERT INTO holding (part_id, employee_id, outlet, birth, aum_fen, demand_fen, products, product_count,
    asset_product_count, last_transaction, last_login, risk_level, risk_until, due_date, due_amount_fen) VALUES
  (12, 1, '测试网点', '1990-01-02', 100, 100, 2, 1, 0, '2026-01-30', NULL, 3, '2026-12-31', '2026-06-30', 50),
  (13, 1, '测试网点', '1990-01-02', 110, 110, 2, 1, 0, '2026-01-30', '2026-01-29', 3, '2026-12-31', NULL, NULL),
  (13, 2, NULL, NULL, 200, 200, 10, 2, 0, NULL, NULL, NULL, NULL, NULL, NULL),
  (22, 4, NULL, NULL, 400, 400, 4, 1, 0, NULL, NULL, NULL, NULL, NULL, NULL),
  (14, 1, NULL, NULL, 150, 140, 4, 1, 0, NULL, NULL, NULL, NULL, NULL, NULL),
  (14, 3, NULL, NULL, NULL, 30, 2, 1, 0, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO holding_further (part_id, employee_id, product, amount_fen) VALUES (14, 1, 40, 10);
INSERT INTO payroll_run (run_id, import_id, employer_id, payday, pay_kind, superseded_by) VALUES
  (2, 3, 1, '2026-02-15', 'wage', NULL), (1, 3, 1, '2026-02-15', 'wage', 2), (3, 3, 2, '2026-02-20', 'bonus', NULL);
INSERT INTO payment (run_id, line, employee_id, payee, amount_fen) VALUES
  (1, 1, 1, x'01010101010101010101010101010101', 50), (2, 1, 1, x'01010101010101010101010101010101', 60),
  (2, 2, NULL, x'0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A', 70), (3, 1, 4, x'04040404040404040404040404040404', 80);
INSERT INTO unmatched_payee (run_id, line, customer_number, name, id_number, account) VALUES
  (2, 2, NULL, '孙测试', NULL, NULL);
INSERT INTO staff (staff_id, number, name, outlet, position, qualifications, may_go_out, leave, daily_limit) VALUES
  (1, '101', '周测试', '测试网点', '客户经理', '理财', 1, '', 20);
INSERT INTO visit (visit_id, employer_id) VALUES (1, 1);
INSERT INTO visit_revision (visit_id, revision, status, date, payload, origin, rules_hash, today, recorded_at) VALUES
  (1, 1, 'planned', '2026-03-17', '{}', 'plan', 'h', '2026-03-02', '2026-03-02T09:00:00Z'),
  (1, 2, 'confirmed', '2026-03-18', '{}', 'user', 'h', '2026-03-03', '2026-03-03T09:00:00Z');
INSERT INTO task (task_id, rule, employee_id, employer_id, episode, rules_hash) VALUES
  ('T0000000000000001', 'bonus', 1, 1, '2026-02-15', 'h');
INSERT INTO task_event (event_id, task_id, event, due, channel, owner, payload, today, recorded_at) VALUES
  (1, 'T0000000000000001', 'issued', '2026-03-05', 'phone', 1, '{}', '2026-03-02', '2026-03-02T09:00:00Z'),
  (2, 'T0000000000000001', 'lapsed', NULL, NULL, NULL, '{}', '2026-03-09', '2026-03-09T09:00:00Z');
INSERT INTO export (export_id, file, recipient, today) VALUES ('x1', '05_测试.xlsx', '101', '2026-03-02');
INSERT INTO export_value (export_id, row_key, field, value) VALUES ('x1', 'r1', 'result', NULL);
INSERT INTO audit (seq, at, actor, action, purpose, subject, row_count, columns, mask_level, sha256, previous, hash) VALUES
  (1, '2026-03-02T09:00:00Z', '测试', 'export', '', 'out/05_测试.xlsx', 1, 'name', 'masked', 'a', '', 'b');
INSERT INTO fact_stamp (fact, stamp) VALUES ('all', 'old');
