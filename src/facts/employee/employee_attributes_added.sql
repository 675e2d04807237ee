-- What one list tells of its people.
SELECT
  h.employee_id,
  h.outlet,
  h.rm,
  h.level,
  h.grade,
  h.account_class,
  h.gender,
  h.birth,
  h.last_transaction,
  h.last_login,
  h.risk_level,
  h.risk_until,
  h.consent_sms,
  h.consent_phone,
  h.consent_wecom,
  h.due_date,
  CASE WHEN h.due_date IS NOT NULL THEN COALESCE(h.due_amount_fen, 0) END AS due_amount_fen,
  h.as_of AS known_from,
  h.as_of AS known_to
FROM current_holding h
WHERE h.part_id = $part
