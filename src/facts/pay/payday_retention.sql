-- What each payment left behind: AUM at the end of the window minus AUM before payday, beside all that was paid in it.
-- The money of somebody paid by several employers cannot be told apart, so it counts whole and once: at the first of
-- them (`several_window.sql`) in whose window the wages lie, beside the wages of all. At the others the amounts are NULL.
SELECT
  employee_id,
  slot,
  employer_id,
  payday,
  basis,
  approximate,
  COALESCE(elsewhere_id, employer_id) AS counted_id,
  CASE WHEN elsewhere_id IS NULL THEN payroll_fen END AS payroll_fen,
  CASE WHEN elsewhere_id IS NULL THEN aum_before_fen END AS aum_before_fen,
  CASE WHEN elsewhere_id IS NULL THEN aum_after_fen END AS aum_after_fen,
  CASE WHEN elsewhere_id IS NULL THEN aum_after_fen - aum_before_fen END AS retained_fen,
  CASE WHEN elsewhere_id IS NULL THEN demand_change_fen END AS demand_change_fen
FROM (
  SELECT
    paid.employee_id,
    w.slot,
    w.employer_id,
    w.payday,
    w.basis,
    w.approximate,
    CASE WHEN several.employee_id IS NOT NULL AND counted.employee_id IS NULL THEN (
      SELECT first.employer_id
      FROM several_window first
      WHERE first.employee_id = paid.employee_id AND first.first_day <= w.window_end
        AND first.last_day >= w.first_day
      ORDER BY first.place
      LIMIT 1
    ) END AS elsewhere_id,
    COALESCE(counted.all_fen, paid.payroll_fen) AS payroll_fen,
    COALESCE(b.aum_fen, sb.aum_fen) AS aum_before_fen,
    COALESCE(a.aum_fen, sa.aum_fen) AS aum_after_fen,
    COALESCE(a.demand_fen, sa.demand_fen) - COALESCE(b.demand_fen, sb.demand_fen) AS demand_change_fen
  FROM pay_window w
  JOIN (
    SELECT w2.employer_id, w2.slot, p.employee_id, CAST(sum(p.amount_fen) AS BIGINT) AS payroll_fen
    FROM pay_window w2
    JOIN current_run r ON r.employer_id = w2.employer_id AND r.payday BETWEEN w2.first_day AND w2.window_end
    JOIN matched_payment p ON p.run_id = r.run_id
    WHERE w2.employer_id BETWEEN $first_employer AND $last_employer AND p.employee_id IS NOT NULL
      AND r.payday <= $as_of
    GROUP BY w2.employer_id, w2.slot, p.employee_id
  ) paid ON paid.employer_id = w.employer_id AND paid.slot = w.slot
  LEFT JOIN (SELECT DISTINCT employee_id FROM several_payee) several ON several.employee_id = paid.employee_id
  LEFT JOIN (
    -- The wages in a window that lie in no window of an employer that comes before.
    SELECT v.employee_id, v.employer_id, v.slot, CAST(sum(s.amount_fen) AS BIGINT) AS all_fen
    FROM several_window v
    JOIN several_pay s ON s.employee_id = v.employee_id AND s.payday BETWEEN v.first_day AND v.last_day
    WHERE v.employer_id BETWEEN $first_employer AND $last_employer
      AND NOT EXISTS (
        SELECT 1
        FROM several_window earlier
        WHERE earlier.employee_id = v.employee_id AND earlier.place < v.place
          AND s.payday BETWEEN earlier.first_day AND earlier.last_day
      )
    GROUP BY v.employee_id, v.employer_id, v.slot
  ) counted ON counted.employee_id = paid.employee_id AND counted.employer_id = w.employer_id AND counted.slot = w.slot
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
) counted_once
