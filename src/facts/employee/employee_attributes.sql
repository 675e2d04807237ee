-- The latest known value of each attribute: a column a newer sheet leaves out is unknown there, not lost.
-- The date stands before the value so that max() picks the newest; it is cut off again outside.
-- Those who stand for nobody else come first, for whom nothing has to be sorted.
SELECT
  e.employee_id,
  substr(max(CASE WHEN outlet IS NOT NULL THEN as_of || outlet END), 11) AS outlet,
  substr(max(CASE WHEN rm IS NOT NULL THEN as_of || rm END), 11) AS rm,
  substr(max(CASE WHEN level IS NOT NULL THEN as_of || level END), 11) AS level,
  substr(max(CASE WHEN grade IS NOT NULL THEN as_of || grade END), 11) AS grade,
  CAST(substr(max(CASE WHEN account_class IS NOT NULL THEN as_of || CAST(account_class AS VARCHAR) END), 11) AS BIGINT) AS account_class,
  substr(max(CASE WHEN gender IS NOT NULL THEN as_of || gender END), 11) AS gender,
  max(birth) AS birth,
  max(last_transaction) AS last_transaction,
  max(last_login) AS last_login,
  CAST(substr(max(CASE WHEN risk_level IS NOT NULL THEN as_of || CAST(risk_level AS VARCHAR) END), 11) AS BIGINT) AS risk_level,
  substr(max(CASE WHEN risk_until IS NOT NULL THEN as_of || risk_until END), 11) AS risk_until,
  substr(max(CASE WHEN consent_sms IS NOT NULL THEN as_of || consent_sms END), 11) AS consent_sms,
  substr(max(CASE WHEN consent_phone IS NOT NULL THEN as_of || consent_phone END), 11) AS consent_phone,
  substr(max(CASE WHEN consent_wecom IS NOT NULL THEN as_of || consent_wecom END), 11) AS consent_wecom,
  substr(max(CASE WHEN due_date IS NOT NULL THEN as_of || due_date END), 11) AS due_date,
  CAST(substr(max(CASE WHEN due_date IS NOT NULL THEN as_of || CAST(COALESCE(due_amount_fen, 0) AS VARCHAR) END), 11) AS BIGINT) AS due_amount_fen,
  min(as_of) AS known_from,
  max(as_of) AS known_to
FROM employee e
JOIN current_holding h ON h.recorded_id = e.employee_id
WHERE e.employer_id BETWEEN $first_employer AND $last_employer AND h.as_of <= $as_of AND h.as_of >= $attributes_oldest
  AND e.employee_id NOT IN (SELECT employee_id FROM employee_alias UNION ALL SELECT canonical_id FROM employee_alias)
GROUP BY e.employer_id, e.employee_id
UNION ALL
SELECT
  who.employee_id,
  substr(max(CASE WHEN outlet IS NOT NULL THEN as_of || outlet END), 11) AS outlet,
  substr(max(CASE WHEN rm IS NOT NULL THEN as_of || rm END), 11) AS rm,
  substr(max(CASE WHEN level IS NOT NULL THEN as_of || level END), 11) AS level,
  substr(max(CASE WHEN grade IS NOT NULL THEN as_of || grade END), 11) AS grade,
  CAST(substr(max(CASE WHEN account_class IS NOT NULL THEN as_of || CAST(account_class AS VARCHAR) END), 11) AS BIGINT) AS account_class,
  substr(max(CASE WHEN gender IS NOT NULL THEN as_of || gender END), 11) AS gender,
  max(birth) AS birth,
  max(last_transaction) AS last_transaction,
  max(last_login) AS last_login,
  CAST(substr(max(CASE WHEN risk_level IS NOT NULL THEN as_of || CAST(risk_level AS VARCHAR) END), 11) AS BIGINT) AS risk_level,
  substr(max(CASE WHEN risk_until IS NOT NULL THEN as_of || risk_until END), 11) AS risk_until,
  substr(max(CASE WHEN consent_sms IS NOT NULL THEN as_of || consent_sms END), 11) AS consent_sms,
  substr(max(CASE WHEN consent_phone IS NOT NULL THEN as_of || consent_phone END), 11) AS consent_phone,
  substr(max(CASE WHEN consent_wecom IS NOT NULL THEN as_of || consent_wecom END), 11) AS consent_wecom,
  substr(max(CASE WHEN due_date IS NOT NULL THEN as_of || due_date END), 11) AS due_date,
  CAST(substr(max(CASE WHEN due_date IS NOT NULL THEN as_of || CAST(COALESCE(due_amount_fen, 0) AS VARCHAR) END), 11) AS BIGINT) AS due_amount_fen,
  min(as_of) AS known_from,
  max(as_of) AS known_to
FROM (
  SELECT e.employee_id AS recorded_id, e.employee_id
  FROM employee e
  WHERE e.employee_id IN (SELECT canonical_id FROM employee_alias)
    AND e.employer_id BETWEEN $first_employer AND $last_employer
  UNION ALL
  SELECT a.employee_id AS recorded_id, a.canonical_id AS employee_id
  FROM employee_alias a
  JOIN employee e ON e.employee_id = a.canonical_id
  WHERE e.employer_id BETWEEN $first_employer AND $last_employer
) who
JOIN current_holding h ON h.recorded_id = who.recorded_id AND h.employee_id = who.employee_id
WHERE EXISTS (SELECT 1 FROM employee_alias) AND h.as_of <= $as_of AND h.as_of >= $attributes_oldest
GROUP BY who.employee_id
