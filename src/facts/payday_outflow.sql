-- Where the money of each payday went: what left the pay account from payday to the end of the window. It is divided
-- among several employers as what stays is (`payday_retention.sql`).
SELECT
  r.employee_id,
  r.slot,
  r.employer_id,
  f.destination,
  CAST(CASE WHEN r.all_fen = r.payroll_fen AND r.lower_fen = 0 THEN f.amount_fen
    ELSE (f.amount_fen / NULLIF(r.all_fen, 0)) * r.payroll_fen
      + ((f.amount_fen % NULLIF(r.all_fen, 0)) * (r.lower_fen + r.payroll_fen)) / NULLIF(r.all_fen, 0)
      - ((f.amount_fen % NULLIF(r.all_fen, 0)) * r.lower_fen) / NULLIF(r.all_fen, 0)
  END AS BIGINT) AS amount_fen
FROM payday_retention r
JOIN (
  SELECT r2.employee_id, r2.slot, r2.employer_id, c.destination, sum(c.amount_fen) AS amount_fen
  FROM payday_retention r2
  JOIN pay_window w ON w.employer_id = r2.employer_id AND w.slot = r2.slot
  JOIN current_flow c ON c.employee_id = r2.employee_id AND c.date >= w.payday AND c.date <= w.window_end
  WHERE c.outward = 1 AND c.date <= $as_of
  GROUP BY r2.employee_id, r2.slot, r2.employer_id, c.destination
) f ON f.employee_id = r.employee_id AND f.slot = r.slot AND f.employer_id = r.employer_id
