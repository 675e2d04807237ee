-- Contacts of before there were answers are what somebody said as well: an answer that says otherwise of the same matter
-- and day is then asked about instead of taking their place.
CREATE TEMP TABLE unanswered AS
  SELECT o.*, i.file, i.today AS told_on, i.imported_at,
    (SELECT COALESCE(max(answer_id), 0) FROM answer) + row_number() OVER (ORDER BY o.contact_id) AS answer_id
  FROM current_contact c
  JOIN contact o ON o.contact_id = c.contact_id
  JOIN activity a ON a.activity_id = o.activity_id
  JOIN import i ON i.import_id = a.import_id
  WHERE o.employee_id IS NOT NULL AND o.supersedes IS NULL
    AND NOT EXISTS (SELECT 1 FROM answer n WHERE n.task_id = o.task_id)
    AND NOT EXISTS (SELECT 1 FROM answer n WHERE n.employee_id = o.employee_id AND n.task_id IS NULL AND o.task_id IS NULL);

INSERT INTO answer (answer_id, activity_id, task_id, employee_id, line, answered_on, seen, author, today, recorded_at)
  SELECT answer_id, activity_id, task_id, employee_id, line, date, 0, file, told_on, imported_at FROM unanswered;

INSERT INTO answer_value (answer_id, field, value)
  SELECT answer_id, 'contact_result', result FROM unanswered
  UNION ALL SELECT answer_id, 'actual_channel', channel FROM unanswered WHERE channel IS NOT NULL
  UNION ALL SELECT answer_id, 'wanted_product', wanted_product FROM unanswered WHERE wanted_product IS NOT NULL
  UNION ALL SELECT answer_id, 'deal_product', deal_product FROM unanswered WHERE deal_product IS NOT NULL
  UNION ALL SELECT answer_id, 'wanted_amount', CAST(amount_fen AS TEXT) FROM unanswered WHERE amount_fen IS NOT NULL
  UNION ALL SELECT answer_id, 'next_contact', next_contact FROM unanswered WHERE next_contact IS NOT NULL
  UNION ALL SELECT answer_id, 'remark', note FROM unanswered WHERE note IS NOT NULL;

DROP TABLE unanswered;
