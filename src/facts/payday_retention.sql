-- What each payment left behind: AUM at the end of the window minus AUM before payday, beside all that was paid in it.
-- Of somebody paid by several employers in the window each has the part that fits its wages. The change up to the n-th
-- employer (by number) is change * wages up to it / all wages, rounded towards zero; a part is the difference of two of
-- these, so that the parts of a person add up to the change, whatever is rounded. The product is split so that it cannot
-- overflow: change = whole * all + rest.
SELECT
  employee_id,
  slot,
  employer_id,
  payday,
  basis,
  approximate,
  payroll_fen,
  lower_fen,
  all_fen,
  aum_before_fen,
  aum_after_fen,
  change_fen,
  CASE WHEN all_fen = payroll_fen AND lower_fen = 0 THEN change_fen
    ELSE (change_fen / NULLIF(all_fen, 0)) * payroll_fen
      + ((change_fen % NULLIF(all_fen, 0)) * (lower_fen + payroll_fen)) / NULLIF(all_fen, 0)
      - ((change_fen % NULLIF(all_fen, 0)) * lower_fen) / NULLIF(all_fen, 0)
  END AS retained_fen,
  demand_change_fen
FROM (
  SELECT
    paid.employee_id,
    w.slot,
    w.employer_id,
    w.payday,
    w.basis,
    w.approximate,
    paid.payroll_fen,
    COALESCE(v.lower_fen, 0) AS lower_fen,
    COALESCE(v.all_fen, paid.payroll_fen) AS all_fen,
    COALESCE(b.aum_fen, sb.aum_fen) AS aum_before_fen,
    COALESCE(a.aum_fen, sa.aum_fen) AS aum_after_fen,
    COALESCE(a.aum_fen, sa.aum_fen) - COALESCE(b.aum_fen, sb.aum_fen) AS change_fen,
    COALESCE(a.demand_fen, sa.demand_fen) - COALESCE(b.demand_fen, sb.demand_fen) AS demand_change_fen
  FROM pay_window w
  JOIN (
    SELECT w2.employer_id, w2.slot, p.employee_id, CAST(sum(p.amount_fen) AS BIGINT) AS payroll_fen
    FROM pay_window w2
    JOIN current_run r ON r.employer_id = w2.employer_id AND r.payday <= w2.window_end
      AND (r.payday > w2.before_as_of OR (w2.before_as_of IS NULL AND r.payday >= w2.payday))
    JOIN matched_payment p ON p.run_id = r.run_id
    WHERE w2.employer_id BETWEEN $first_employer AND $last_employer AND p.employee_id IS NOT NULL
    GROUP BY w2.employer_id, w2.slot, p.employee_id
  ) paid ON paid.employer_id = w.employer_id AND paid.slot = w.slot
  LEFT JOIN (
    SELECT w3.employer_id, w3.slot, s.employee_id,
      CAST(sum(CASE WHEN s.employer_id < w3.employer_id THEN s.amount_fen ELSE 0 END) AS BIGINT) AS lower_fen,
      CAST(sum(s.amount_fen) AS BIGINT) AS all_fen
    FROM (SELECT DISTINCT employer_id, employee_id FROM several_pay) who
    JOIN pay_window w3 ON w3.employer_id = who.employer_id
    JOIN several_pay s ON s.employee_id = who.employee_id AND s.payday <= w3.window_end
      AND (s.payday > w3.before_as_of OR (w3.before_as_of IS NULL AND s.payday >= w3.payday))
    WHERE w3.employer_id BETWEEN $first_employer AND $last_employer
    GROUP BY w3.employer_id, w3.slot, s.employee_id
  ) v ON v.employer_id = w.employer_id AND v.slot = w.slot AND v.employee_id = paid.employee_id
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
  LEFT JOIN several_balance sb ON sb.employee_id = paid.employee_id AND sb.as_of = w.before_as_of
  LEFT JOIN several_balance sa ON sa.employee_id = paid.employee_id AND sa.as_of = w.after_as_of
  WHERE w.employer_id BETWEEN $first_employer AND $last_employer
) divided
