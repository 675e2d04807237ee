-- Their balances by day, whichever employer's list has them.
SELECT h.employee_id, h.as_of, max(h.aum_fen) AS aum_fen, max(h.demand_fen) AS demand_fen
FROM (
  SELECT employee_id AS recorded_id FROM several_payee
  UNION
  SELECT a.employee_id FROM employee_alias a JOIN several_payee s ON s.employee_id = a.canonical_id
) who
-- They come first: they are few.
CROSS JOIN current_holding h
WHERE h.recorded_id = who.recorded_id AND h.as_of <= $as_of
GROUP BY h.employee_id, h.as_of
