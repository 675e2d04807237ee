-- Where the money of each payday went: what left the pay account from payday to the end of the window, of people paid
-- by several employers at the one where their money counts (`payday_retention.sql`).
SELECT
  r.employee_id,
  r.slot,
  r.employer_id,
  c.destination,
  CAST(sum(c.amount_fen) AS BIGINT) AS amount_fen
FROM payday_retention r
JOIN pay_window w ON w.employer_id = r.employer_id AND w.slot = r.slot
JOIN current_flow c ON c.employee_id = r.employee_id AND c.date >= w.payday AND c.date <= w.window_end
WHERE r.counted_id = r.employer_id AND c.outward = 1 AND c.date <= $as_of
GROUP BY r.employee_id, r.slot, r.employer_id, c.destination
