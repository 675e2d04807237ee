-- Wages and bonuses per employee over the months counted back from the employer's latest payday.
SELECT
  p.employee_id,
  e.employer_id,
  CAST(COALESCE(sum(CASE WHEN m.months_back = 0 AND r.pay_kind = 'wage' THEN p.amount_fen END), 0) AS BIGINT) AS wage_fen,
  CAST(COALESCE(sum(CASE WHEN m.months_back = 0 AND r.pay_kind = 'bonus' THEN p.amount_fen END), 0) AS BIGINT) AS bonus_fen,
  CAST(COALESCE(sum(CASE WHEN m.months_back BETWEEN 1 AND $usual_months AND r.pay_kind = 'wage' THEN p.amount_fen END), 0) AS BIGINT) AS prior_wage_fen,
  count(DISTINCT CASE WHEN m.months_back BETWEEN 1 AND $usual_months AND r.pay_kind = 'wage' THEN m.months_back END) AS prior_months,
  count(DISTINCT CASE WHEN m.months_back < $of_months AND r.pay_kind = 'wage' THEN m.months_back END) AS recent_months,
  min(r.payday) AS first_paid,
  max(r.payday) AS last_paid
FROM matched_payment p
JOIN current_run r ON r.run_id = p.run_id
JOIN employee e ON e.employee_id = p.employee_id AND e.employer_id = r.employer_id
LEFT JOIN pay_period m ON m.employer_id = r.employer_id AND r.payday BETWEEN m.first_day AND m.last_day
WHERE r.employer_id BETWEEN $first_employer AND $last_employer AND p.employee_id IS NOT NULL AND r.payday <= $as_of
GROUP BY p.employee_id, e.employer_id
