-- What the contact of the task became an answer as.
INSERT INTO answer (answer_id, activity_id, export_id, task_id, employee_id, line, answered_on, assumed, seen, settles, author, sheet, today, recorded_at)
  VALUES (2, 2, NULL, 'T0000000000000001', 1, 4, '2026-03-04', 0, 0, 0, '测试.xlsx', NULL, '2026-03-09', '2026-03-09T00:00:00Z');
INSERT INTO answer_value (answer_id, field, value, base, cell) VALUES
  (2, 'contact_result', 'interested', NULL, NULL), (2, 'actual_channel', 'phone', NULL, NULL),
  (2, 'next_contact', '2026-03-11', NULL, NULL), (2, 'remark', '测试备注', NULL, NULL);
