-- Payees and wages of one employer in the two months before the latest one with wages.
SELECT
  m.months_back,
  count(DISTINCT CASE WHEN p.employee_id IS NOT NULL THEN 'E' || CAST(p.employee_id AS VARCHAR) ELSE hex(p.payee) END) AS heads,
  CAST(sum(p.amount_fen) AS BIGINT) AS wages_fen,
  max(r.payday) AS last_payday
FROM current_run r
JOIN pay_period m ON m.employer_id = r.employer_id AND r.payday BETWEEN m.first_day AND m.last_day
JOIN matched_payment p ON p.run_id = r.run_id
WHERE r.employer_id = $employer AND r.pay_kind = 'wage' AND r.payday <= $as_of AND m.months_back IN (1, 2)
GROUP BY m.months_back
ORDER BY m.months_back
