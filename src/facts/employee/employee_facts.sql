-- One row per employee with a record in the employer's latest snapshot: what follow-up rules may ask about, beside
-- has_<product> of each product of the catalogue (condition.rs).
SELECT
  h.employee_id,
  h.employer_id,
  h.as_of,
  e.first_seen,
  t.outlet,
  t.rm,
  t.level,
  t.grade,
  t.account_class,
  t.gender,
  t.birth,
  h.aum_fen,
  h.aum_month_avg_fen,
  h.demand_fen,
  h.term_fen,
  h.wealth_fen,
  h.fund_fen,
  h.products,
  h.covered,
  h.product_count,
  h.asset_product_count,
  t.last_transaction,
  t.last_login,
  t.risk_level,
  t.risk_until,
  t.consent_sms,
  t.consent_phone,
  t.consent_wecom,
  -- The next of the holdings' own due date and those of the purchases.
  CASE WHEN s.due_date IS NOT NULL AND (t.due_date IS NULL OR t.due_date < $as_of OR s.due_date < t.due_date)
    THEN s.due_date ELSE t.due_date END AS due_date,
  CASE WHEN s.due_date IS NOT NULL AND (t.due_date IS NULL OR t.due_date < $as_of OR s.due_date < t.due_date)
    THEN s.due_amount_fen ELSE t.due_amount_fen END AS due_amount_fen,
  -- Somebody who has changed employers is paid on.
  COALESCE(z.first_paid, y.first_paid) AS first_paid,
  COALESCE(z.last_paid, y.last_paid) AS last_paid,
  COALESCE(y.wage_fen, 0) AS wage_fen,
  COALESCE(y.bonus_fen, 0) AS bonus_fen,
  CAST(y.prior_wage_fen / NULLIF(y.prior_months, 0) AS BIGINT) AS wage_mean_fen,
  COALESCE(y.recent_months, 0) AS paid_months,
  last.first_payday AS employer_first_payday,
  last.payday AS employer_last_payday,
  r.payday,
  -- Of the person, whoever paid.
  r.payroll_fen,
  r.retained_fen,
  COALESCE(r.basis, 'unknown') AS retention_basis,
  r.demand_change_fen,
  q.demand_change_fen AS prior_demand_change_fen
FROM current_holding h
JOIN (
  {latest_list}
) point ON point.employer_id = h.employer_id AND point.as_of = h.as_of
JOIN employee e ON e.employee_id = h.employee_id AND e.employer_id = h.employer_id
LEFT JOIN employee_attributes t ON t.employee_id = h.employee_id
LEFT JOIN next_due s ON s.employee_id = h.employee_id
LEFT JOIN employee_pay y ON y.employee_id = h.employee_id
LEFT JOIN (
  SELECT employee_id, min(payday) AS first_paid, max(payday) AS last_paid FROM several_pay GROUP BY employee_id
) z ON z.employee_id = h.employee_id
LEFT JOIN payday_retention r ON r.employee_id = h.employee_id AND r.employer_id = h.employer_id AND r.slot = 1
LEFT JOIN payday_retention q ON q.employee_id = h.employee_id AND q.employer_id = h.employer_id AND q.slot = 2
LEFT JOIN (
  SELECT employer_id, min(payday) AS first_payday, max(payday) AS payday FROM current_run
  WHERE employer_id BETWEEN $first_employer AND $last_employer AND pay_kind = 'wage' AND payday <= $as_of
  GROUP BY employer_id
) last ON last.employer_id = h.employer_id
