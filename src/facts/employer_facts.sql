-- Sums over an employer's employees with a record.
SELECT
  employer_id,
  max(as_of) AS as_of,
  count(*) AS headcount,
  CAST(sum(aum_fen) AS BIGINT) AS aum_fen,
  CASE WHEN count(aum_month_avg_fen) = count(*) THEN CAST(sum(aum_month_avg_fen) AS BIGINT) END AS aum_month_avg_fen,
  CAST(sum(demand_fen) AS BIGINT) AS demand_fen,
  CAST(sum(product_count) AS BIGINT) AS products_total,
  CAST(sum(asset_product_count) AS BIGINT) AS asset_products_total,
  count(CASE WHEN level = 'executive' THEN 1 END) AS executives,
  count(CASE WHEN aum_fen >= $affluent_fen THEN 1 END) AS affluent_heads,
  count(CASE WHEN product_count = 0 THEN 1 END) AS coverage_0,
  count(CASE WHEN product_count = 1 THEN 1 END) AS coverage_1,
  count(CASE WHEN product_count = 2 THEN 1 END) AS coverage_2,
  count(CASE WHEN product_count = 3 THEN 1 END) AS coverage_3,
  count(CASE WHEN product_count = 4 THEN 1 END) AS coverage_4,
  count(CASE WHEN product_count >= 5 THEN 1 END) AS coverage_5
FROM employee_facts
WHERE employer_id BETWEEN $first_employer AND $last_employer
GROUP BY employer_id
