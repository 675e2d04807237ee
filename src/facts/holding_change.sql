-- Products gained and lost between two snapshots, only among the products both sheets cover.
-- Somebody missing from a full part has departed; from a partial part nothing is known, nor of somebody who may be
-- the one of a row that is not decided yet.
SELECT
  x.employee_id,
  x.employer_id,
  CASE
    WHEN x.before = 1 AND x.after = 1 THEN 'present'
    WHEN u.employee_id IS NOT NULL THEN 'unknown'
    WHEN x.after = 1 AND full_before.employer_id IS NOT NULL THEN 'joined'
    WHEN x.before = 1 AND full_after.employer_id IS NOT NULL THEN 'departed'
    ELSE 'unknown'
  END AS status,
  CASE WHEN x.before = 1 AND x.after = 1 THEN x.products_after & ~x.products_before & x.covered_after & x.covered_before ELSE 0 END AS gained,
  CASE WHEN x.before = 1 AND x.after = 1 THEN x.products_before & ~x.products_after & x.covered_after & x.covered_before ELSE 0 END AS lost,
  x.aum_before_fen,
  x.aum_after_fen
FROM (
  -- One row per person and day: max() picks the only value.
  SELECT
    h.employee_id,
    h.employer_id,
    max(CASE WHEN h.as_of = w.from_as_of THEN 1 ELSE 0 END) AS before,
    max(CASE WHEN h.as_of = w.to_as_of THEN 1 ELSE 0 END) AS after,
    max(CASE WHEN h.as_of = w.from_as_of THEN h.products END) AS products_before,
    max(CASE WHEN h.as_of = w.to_as_of THEN h.products END) AS products_after,
    max(CASE WHEN h.as_of = w.from_as_of THEN h.covered END) AS covered_before,
    max(CASE WHEN h.as_of = w.to_as_of THEN h.covered END) AS covered_after,
    max(CASE WHEN h.as_of = w.from_as_of THEN h.aum_fen END) AS aum_before_fen,
    max(CASE WHEN h.as_of = w.to_as_of THEN h.aum_fen END) AS aum_after_fen
  FROM change_window w
  JOIN current_holding h ON h.employer_id = w.employer_id AND h.as_of IN (w.from_as_of, w.to_as_of)
  JOIN employee e ON e.employee_id = h.employee_id AND e.employer_id = h.employer_id
  WHERE w.employer_id BETWEEN $first_employer AND $last_employer
  GROUP BY h.employee_id, h.employer_id
) x
LEFT JOIN (
  SELECT DISTINCT w.employer_id
  FROM change_window w
  JOIN current_part p ON p.employer_id = w.employer_id AND p.as_of = w.to_as_of AND p.kind = 'holdings' AND p.basis = 'full'
) full_after ON full_after.employer_id = x.employer_id
LEFT JOIN (
  SELECT DISTINCT w.employer_id
  FROM change_window w
  JOIN current_part p ON p.employer_id = w.employer_id AND p.as_of = w.from_as_of AND p.kind = 'holdings' AND p.basis = 'full'
) full_before ON full_before.employer_id = x.employer_id
LEFT JOIN unsure_employee u ON u.employee_id = x.employee_id
