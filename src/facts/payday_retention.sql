-- What each payment left behind: AUM at the end of the window minus AUM before payday, beside all that was paid in it.
SELECT
  paid.employee_id,
  w.slot,
  w.employer_id,
  w.payday,
  w.basis,
  w.approximate,
  paid.payroll_fen,
  b.aum_fen AS aum_before_fen,
  a.aum_fen AS aum_after_fen,
  a.aum_fen - b.aum_fen AS retained_fen,
  a.demand_fen - b.demand_fen AS demand_change_fen
FROM pay_window w
JOIN (
  SELECT w2.employer_id, w2.slot, p.employee_id, CAST(sum(p.amount_fen) AS BIGINT) AS payroll_fen
  FROM pay_window w2
  JOIN current_run r ON r.employer_id = w2.employer_id AND r.payday <= w2.window_end
    AND (r.payday > w2.before_as_of OR (w2.before_as_of IS NULL AND r.payday >= w2.payday))
  JOIN matched_payment p ON p.run_id = r.run_id
  JOIN employee e ON e.employee_id = p.employee_id AND e.employer_id = r.employer_id
  WHERE w2.employer_id BETWEEN $first_employer AND $last_employer
  GROUP BY w2.employer_id, w2.slot, p.employee_id
) paid ON paid.employer_id = w.employer_id AND paid.slot = w.slot
LEFT JOIN (
  SELECT employer_id, as_of, employee_id, aum_fen, demand_fen
  FROM current_holding
  WHERE employer_id BETWEEN $first_employer AND $last_employer
) b ON b.employer_id = w.employer_id AND b.as_of = w.before_as_of AND b.employee_id = paid.employee_id
LEFT JOIN (
  SELECT employer_id, as_of, employee_id, aum_fen, demand_fen
  FROM current_holding
  WHERE employer_id BETWEEN $first_employer AND $last_employer
) a ON a.employer_id = w.employer_id AND a.as_of = w.after_as_of AND a.employee_id = paid.employee_id
WHERE w.employer_id BETWEEN $first_employer AND $last_employer
