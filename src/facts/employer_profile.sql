-- One row per employer: who they are, what they pay, what their people hold, and the last visit known on the day.
SELECT e.employer_id, e.name, s.industry, s.nature, s.payroll_type, s.address, s.outlet, s.rm,
  s.stated_headcount, s.paydays, s.agreement_end, s.last_visit, s.open_complaint, s.monthly_payroll_fen,
  f.as_of, f.headcount, f.aum_fen, f.aum_month_avg_fen, f.demand_fen, f.products_total, f.asset_products_total,
  f.executives, f.affluent_heads, f.coverage_0, f.coverage_1, f.coverage_2, f.coverage_3, f.coverage_4, f.coverage_5,
  y.paid_heads, y.prior_paid_heads, y.effective_heads, y.payroll_fen, y.prior_payroll_fen, y.recent_wage_fen, y.recent_months,
  (SELECT max(r.date) FROM visit v JOIN visit_revision r ON r.visit_id = v.visit_id
     WHERE v.employer_id = e.employer_id AND r.status IN ('held', 'awaiting_call', 'closed') AND r.date <= $today
       AND (r.today <= $today OR r.origin = 'import')
       AND NOT EXISTS (SELECT 1 FROM visit_revision l WHERE l.visit_id = r.visit_id
         AND (l.today <= $today OR l.origin = 'import')
         AND (l.today > r.today OR (l.today = r.today AND l.revision > r.revision)))),
  s.district, s.visit_hours, s.private_corner
FROM employer e
LEFT JOIN (
  -- The latest known value of each column: what a newer, slimmer list leaves out is not forgotten.
  SELECT p.employer_id,
    substr(max(CASE WHEN s.industry IS NOT NULL THEN p.as_of || s.industry END), 11) AS industry,
    substr(max(CASE WHEN s.nature IS NOT NULL THEN p.as_of || s.nature END), 11) AS nature,
    substr(max(CASE WHEN s.payroll_type IS NOT NULL THEN p.as_of || s.payroll_type END), 11) AS payroll_type,
    substr(max(CASE WHEN s.address IS NOT NULL THEN p.as_of || s.address END), 11) AS address,
    substr(max(CASE WHEN s.district IS NOT NULL THEN p.as_of || s.district END), 11) AS district,
    substr(max(CASE WHEN s.visit_hours IS NOT NULL THEN p.as_of || s.visit_hours END), 11) AS visit_hours,
    CAST(substr(max(CASE WHEN s.private_corner IS NOT NULL THEN p.as_of || CAST(s.private_corner AS VARCHAR) END), 11) AS BIGINT) AS private_corner,
    substr(max(CASE WHEN s.outlet IS NOT NULL THEN p.as_of || s.outlet END), 11) AS outlet,
    substr(max(CASE WHEN s.rm IS NOT NULL THEN p.as_of || s.rm END), 11) AS rm,
    substr(max(CASE WHEN s.paydays IS NOT NULL THEN p.as_of || s.paydays END), 11) AS paydays,
    substr(max(CASE WHEN s.agreement_end IS NOT NULL THEN p.as_of || s.agreement_end END), 11) AS agreement_end,
    substr(max(CASE WHEN s.last_visit IS NOT NULL THEN p.as_of || s.last_visit END), 11) AS last_visit,
    CAST(substr(max(CASE WHEN s.stated_headcount IS NOT NULL THEN p.as_of || CAST(s.stated_headcount AS VARCHAR) END), 11) AS BIGINT) AS stated_headcount,
    CAST(substr(max(CASE WHEN s.open_complaint IS NOT NULL THEN p.as_of || CAST(s.open_complaint AS VARCHAR) END), 11) AS BIGINT) AS open_complaint,
    CAST(substr(max(CASE WHEN s.monthly_payroll_fen IS NOT NULL THEN p.as_of || CAST(s.monthly_payroll_fen AS VARCHAR) END), 11) AS BIGINT) AS monthly_payroll_fen
  FROM employer_state s JOIN current_part p ON p.part_id = s.part_id
  WHERE p.kind = 'employers' AND p.as_of <= $today
  GROUP BY p.employer_id
) s ON s.employer_id = e.employer_id
LEFT JOIN employer_facts f ON f.employer_id = e.employer_id
LEFT JOIN employer_pay y ON y.employer_id = e.employer_id
WHERE e.employer_id NOT IN (SELECT employer_id FROM employer_alias)
ORDER BY e.employer_id
