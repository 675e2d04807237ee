-- What falls due next of a person's purchases, and how much of it that day.
SELECT employee_id, due_date, CAST(sum(amount_fen) AS BIGINT) AS due_amount_fen
FROM (
  -- Once through the purchases: joining them with the earliest of each person went through all of them for each one.
  SELECT employee_id, due_date, amount_fen, min(due_date) OVER (PARTITION BY employee_id) AS next_date
  FROM current_sale
  WHERE due_date >= $as_of AND bought_on <= $as_of
) ahead
WHERE due_date = next_date
GROUP BY employee_id, due_date
