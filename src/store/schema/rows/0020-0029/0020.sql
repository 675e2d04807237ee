INSERT INTO answer (answer_id, activity_id, export_id, task_id, employee_id, line, answered_on, assumed, seen, settles, author, sheet, today, recorded_at)
  VALUES (1, 1, NULL, NULL, 1, 1, '2026-03-10', 0, 0, 0, '甲', 'Sheet1', '2026-03-10', '2026-03-10T00:00:00Z');
INSERT INTO answer_value (answer_id, field, value, base, cell) VALUES (1, 'remark', '周末', NULL, 'K5');
INSERT INTO applied_answer (answer_id, today) VALUES (1, '2026-03-10');
INSERT INTO need (need_id, employee_id, employer_id, note, owner, due, author, today, recorded_at)
  VALUES (1, 1, NULL, '换卡', NULL, '2026-03-20', '甲', '2026-03-10', '2026-03-10T00:00:00Z');
INSERT INTO need_end (need_id, note, date, author, today, recorded_at) VALUES (1, '已换', '2026-03-12', '甲', '2026-03-12', '2026-03-12T00:00:00Z');
INSERT INTO handover (from_staff, to_staff, author, today, recorded_at) VALUES (1, 1, '甲', '2026-03-10', '2026-03-10T00:00:00Z');
