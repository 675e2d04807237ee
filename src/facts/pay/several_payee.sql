-- People with a payment of an employer they do not belong to: those with two jobs, and those who have changed.
SELECT p.employee_id, r.employer_id
FROM matched_payment p
JOIN current_run r ON r.run_id = p.run_id
JOIN employee e ON e.employee_id = p.employee_id AND e.employer_id <> r.employer_id
WHERE r.employer_id BETWEEN $first_employer AND $last_employer AND r.payday <= $as_of
GROUP BY p.employee_id, r.employer_id
