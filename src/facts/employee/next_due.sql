-- What falls due next of a person's purchases, and how much of it that day.
SELECT c.employee_id, c.due_date, CAST(sum(c.amount_fen) AS BIGINT) AS due_amount_fen
FROM current_sale c
JOIN (
  SELECT employee_id, min(due_date) AS due_date
  FROM current_sale
  WHERE due_date >= $as_of AND bought_on <= $as_of
  GROUP BY employee_id
) next_one ON next_one.employee_id = c.employee_id AND next_one.due_date = c.due_date
WHERE c.bought_on <= $as_of
GROUP BY c.employee_id, c.due_date
