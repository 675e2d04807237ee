-- Paid heads and amounts of the latest month and the one before; effective heads (paid in enough of the recent
-- months, enough a month) count payees whether or not they are known to us.
SELECT
  employer_id,
  count(CASE WHEN now_fen IS NOT NULL THEN 1 END) AS paid_heads,
  NULLIF(count(CASE WHEN prior_fen IS NOT NULL THEN 1 END), 0) AS prior_paid_heads,
  count(CASE WHEN recent_months >= $effective_months AND recent_fen >= $effective_month_fen * recent_months THEN 1 END) AS effective_heads,
  CAST(COALESCE(sum(now_fen), 0) AS BIGINT) AS payroll_fen,
  CAST(sum(prior_fen) AS BIGINT) AS prior_payroll_fen,
  CAST(COALESCE(sum(recent_fen), 0) AS BIGINT) AS recent_wage_fen,
  max(run_months) AS recent_months
FROM (
  SELECT
    r.employer_id,
    CASE WHEN p.employee_id IS NOT NULL THEN 'E' || CAST(p.employee_id AS VARCHAR) ELSE hex(p.payee) END AS payee,
    CAST(sum(CASE WHEN m.months_back = 0 THEN p.amount_fen END) AS BIGINT) AS now_fen,
    CAST(sum(CASE WHEN m.months_back = 1 THEN p.amount_fen END) AS BIGINT) AS prior_fen,
    CAST(sum(CASE WHEN m.months_back < $of_months THEN p.amount_fen END) AS BIGINT) AS recent_fen,
    count(DISTINCT CASE WHEN m.months_back < $of_months THEN m.months_back END) AS recent_months,
    min(months.n) AS run_months
  FROM matched_payment p
  JOIN current_run r ON r.run_id = p.run_id
  JOIN pay_period m ON m.employer_id = r.employer_id AND r.payday BETWEEN m.first_day AND m.last_day
  JOIN (
    SELECT r2.employer_id, count(DISTINCT m2.months_back) AS n
    FROM current_run r2
    JOIN pay_period m2 ON m2.employer_id = r2.employer_id AND r2.payday BETWEEN m2.first_day AND m2.last_day
    WHERE r2.employer_id BETWEEN $first_employer AND $last_employer AND r2.pay_kind = 'wage' AND r2.payday <= $as_of AND m2.months_back < $of_months
    GROUP BY r2.employer_id
  ) months ON months.employer_id = r.employer_id
  WHERE r.employer_id BETWEEN $first_employer AND $last_employer AND r.pay_kind = 'wage' AND r.payday <= $as_of
  GROUP BY r.employer_id, CASE WHEN p.employee_id IS NOT NULL THEN 'E' || CAST(p.employee_id AS VARCHAR) ELSE hex(p.payee) END
) payees
GROUP BY employer_id
