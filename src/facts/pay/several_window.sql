-- The windows in which what these people are paid counts with an employer. First comes the employer whose people they
-- are, then whoever pays them most; a window in which an employer pays nothing but what lies in windows of those before
-- it is left out.
WITH payer AS (
  SELECT
    s.employee_id,
    s.employer_id,
    row_number() OVER (
      PARTITION BY s.employee_id
      ORDER BY CASE WHEN s.employer_id = e.employer_id THEN 0 ELSE 1 END, sum(s.amount_fen) DESC, s.employer_id
    ) AS place
  FROM several_pay s
  JOIN employee e ON e.employee_id = s.employee_id
  GROUP BY s.employee_id, s.employer_id
),
paid AS (
  SELECT
    s.employee_id,
    s.employer_id,
    w.slot,
    s.payday,
    payer.place,
    w.first_day,
    w.window_end AS last_day
  FROM several_pay s
  JOIN payer ON payer.employee_id = s.employee_id AND payer.employer_id = s.employer_id
  JOIN pay_window w ON w.employer_id = s.employer_id AND s.payday BETWEEN w.first_day AND w.window_end
),
first_two AS (
  SELECT * FROM paid WHERE place = 1
  UNION ALL
  SELECT *
  FROM paid
  WHERE place = 2 AND NOT EXISTS (
    SELECT 1
    FROM paid earlier
    WHERE earlier.employee_id = paid.employee_id AND earlier.place = 1
      AND paid.payday BETWEEN earlier.first_day AND earlier.last_day
  )
)
SELECT employee_id, employer_id, slot, place, first_day, last_day FROM first_two
UNION
SELECT employee_id, employer_id, slot, place, first_day, last_day
FROM paid
WHERE place > 2 AND NOT EXISTS (
  SELECT 1
  FROM first_two earlier
  WHERE earlier.employee_id = paid.employee_id AND paid.payday BETWEEN earlier.first_day AND earlier.last_day
)
