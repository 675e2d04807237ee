-- All that these people are paid, by whomever.
SELECT p.employee_id, r.employer_id, r.payday, CAST(sum(p.amount_fen) AS BIGINT) AS amount_fen
FROM matched_payment p
JOIN current_run r ON r.run_id = p.run_id
WHERE r.employer_id BETWEEN $first_employer AND $last_employer AND r.payday <= $as_of
  AND EXISTS (SELECT 1 FROM several_payee)
  AND EXISTS (SELECT 1 FROM several_payee s WHERE s.employee_id = p.employee_id)
GROUP BY p.employee_id, r.employer_id, r.payday
