-- Holders per product, beside the number of people whose sheet covers the product.
SELECT
  f.employer_id,
  n.product,
  count(CASE WHEN (f.products >> n.product) & 1 = 1 THEN 1 END) AS holders,
  count(CASE WHEN (f.covered >> n.product) & 1 = 1 THEN 1 END) AS known
FROM employee_facts f
CROSS JOIN product_number n
WHERE f.employer_id BETWEEN $first_employer AND $last_employer
GROUP BY f.employer_id, n.product
