-- Sums per employer in its latest snapshot up to a day: for comparing this month with earlier ones.
SELECT
  h.employer_id,
  max(h.as_of) AS as_of,
  count(*) AS headcount,
  CAST(COALESCE(sum(COALESCE(h.aum_month_avg_fen, h.aum_fen)), 0) AS BIGINT) AS aum_fen,
  CAST(sum(h.product_count) AS BIGINT) AS products_total,
  count(CASE WHEN h.product_count >= 3 THEN 1 END) AS three_plus
FROM current_holding h
JOIN (
  SELECT employer_id, COALESCE(max(CASE WHEN basis = 'full' THEN as_of END), max(as_of)) AS as_of
  FROM current_part
  WHERE kind = 'holdings' AND as_of <= $as_of AND as_of >= $oldest
  GROUP BY employer_id
) point ON point.employer_id = h.employer_id AND point.as_of = h.as_of
JOIN employee e ON e.employee_id = h.employee_id AND e.employer_id = h.employer_id
GROUP BY h.employer_id
ORDER BY h.employer_id
