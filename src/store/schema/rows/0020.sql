INSERT INTO answer (answer_id, activity_id, export_id, task_id, employee_id, line, answered_on, assumed, seen, settles, author, sheet, today, recorded_at)
  VALUES (1, 1, NULL, NULL, 1, 1, '2026-03-10', 0, 0, 0, '甲', 'Sheet1', '2026-03-10', '2026-03-10T00:00:00Z');
INSERT INTO answer_value (answer_id, field, value, base, cell) VALUES (1, 'remark', '周末', NULL, 'K5');
INSERT INTO applied_answer (answer_id, today) VALUES (1, '2026-03-10');
