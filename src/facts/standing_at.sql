-- Sums per employer in its latest snapshot up to a day: for comparing this month with earlier ones.
-- {channels}, {cards}: how many of the person's products are channels and pay cards, by the catalogue.
SELECT
  h.employer_id,
  max(h.as_of) AS as_of,
  count(*) AS headcount,
  CAST(sum(h.aum_fen) AS BIGINT) AS aum_fen,
  CASE WHEN count(h.aum_month_avg_fen) = count(*) THEN CAST(sum(h.aum_month_avg_fen) AS BIGINT) END AS aum_month_avg_fen,
  CAST(sum(h.product_count) AS BIGINT) AS products_total,
  count(CASE WHEN h.product_count >= $many THEN 1 END) AS three_plus,
  count(CASE WHEN h.product_count - ({channels}) >= $many THEN 1 END) AS three_plus_no_channels,
  CAST(sum(h.product_count - ({channels}) - ({cards})) AS BIGINT) AS products_proper,
  count(CASE WHEN h.product_count - ({channels}) - ({cards}) >= $many THEN 1 END) AS three_plus_proper
FROM current_holding h
JOIN (
  {latest_list}
) point ON point.employer_id = h.employer_id AND point.as_of = h.as_of
JOIN employee e ON e.employee_id = h.employee_id AND e.employer_id = h.employer_id
GROUP BY h.employer_id
ORDER BY h.employer_id
