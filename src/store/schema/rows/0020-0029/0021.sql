INSERT INTO need (need_id, employee_id, employer_id, note, kind, owner, due, author, today, recorded_at)
  VALUES (21, 1, NULL, '稳健', 'preference', NULL, NULL, '甲', '2026-03-10', '2026-03-10T00:00:00Z');
