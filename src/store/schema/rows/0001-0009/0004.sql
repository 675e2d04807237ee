-- A flow and a purchase told by two sheets of which the first was withdrawn; a contact of a task and one of nobody known.
INSERT INTO activity (activity_id, import_id, withdrawn) VALUES (1, 2, 1), (2, 3, 0);
INSERT INTO flow (activity_id, line, employee_id, date, outward, amount_fen, destination, reference, occurrence) VALUES
  (1, 1, 1, '2026-02-16', 1, 20, 'other_bank', NULL, 0), (2, 1, 1, '2026-02-16', 1, 20, 'other_bank', NULL, 0),
  (2, 2, 1, '2026-02-16', 0, 5, 'other_bank', 'R2', 0);
INSERT INTO sale (activity_id, line, employee_id, product_name, product, bought_on, amount_fen, price, take_profit,
    take_profit_is, due_date, occurrence) VALUES
  (1, 3, 4, '测试理财', 'wealth', '2026-02-11', 1000, NULL, NULL, NULL, '2026-08-11', 0),
  (2, 3, 4, '测试理财', 'wealth', '2026-02-11', 1000, 1000000, 50000, 'share', '2026-08-11', 0);
INSERT INTO contact (contact_id, activity_id, line, task_id, employee_id, date, channel, result, next_contact, note) VALUES
  (1, 2, 4, 'T0000000000000001', 1, '2026-03-04', 'phone', 'interested', '2026-03-11', '测试备注'),
  (2, 2, 5, NULL, NULL, '2026-03-04', NULL, 'no_answer', NULL, NULL);
INSERT INTO task_event (event_id, task_id, event, payload, today, recorded_at, contact_id) VALUES
  (3, 'T0000000000000001', 'contacted', '{}', '2026-03-09', '2026-03-09T09:00:00Z', 1);
INSERT INTO target (target_id, import_id, outlet, indicator, first_day, last_day, value, superseded_by) VALUES
  (2, 3, '测试网点', 'aum', '2026-01-01', '2026-03-31', 900, NULL),
  (1, 1, '测试网点', 'aum', '2026-01-01', '2026-03-31', 800, 2);
INSERT INTO payday_outflow (employee_id, slot, employer_id, destination, amount_fen) VALUES (1, 1, 1, 'other_bank', 20);
