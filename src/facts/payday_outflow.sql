-- Where the money of each payday went: what left the pay account from payday to the end of the window.
SELECT
  r.employee_id,
  r.slot,
  r.employer_id,
  f.destination,
  CAST(sum(f.amount_fen) AS BIGINT) AS amount_fen
FROM payday_retention r
JOIN pay_window w ON w.employer_id = r.employer_id AND w.slot = r.slot
JOIN current_flow f ON f.employee_id = r.employee_id AND f.date >= w.payday AND f.date <= w.window_end
WHERE f.outward = 1 AND f.date <= $as_of
GROUP BY r.employee_id, r.slot, r.employer_id, f.destination
