-- The same question as `holding_change.sql` asks, by grouping all rows of both days: slow and plain to see.
-- Products gained and lost between two snapshots, only among the products both sheets cover.
-- Somebody missing from a full part has departed; from a partial part nothing is known, nor of somebody who may be
-- the one of a row that is not decided yet, or who belongs to an outlet the other day's lists do not tell of.
-- Whoever was with another employer before is compared with what stands there.
WITH seen AS (
  -- One row per person: max() picks the only value of a day.
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
    max(CASE WHEN h.as_of = w.to_as_of THEN h.aum_fen END) AS aum_after_fen,
    max(h.outlet) AS outlet
  FROM change_window w
  JOIN current_holding h ON h.employer_id = w.employer_id AND h.as_of IN (w.from_as_of, w.to_as_of)
  JOIN employee e ON e.employee_id = h.employee_id AND e.employer_id = h.employer_id
  WHERE w.employer_id BETWEEN $first_employer AND $last_employer
  GROUP BY h.employee_id, h.employer_id
),
moved AS (
  -- Those that another employer's list had up to the first day, with what it had on that very day.
  SELECT
    s.employee_id,
    max(CASE WHEN h.as_of = w.from_as_of THEN h.products END) AS products,
    max(CASE WHEN h.as_of = w.from_as_of THEN h.covered END) AS covered,
    max(CASE WHEN h.as_of = w.from_as_of THEN h.aum_fen END) AS aum_fen
  FROM seen s
  JOIN change_window w ON w.employer_id = s.employer_id
  JOIN current_holding h ON h.recorded_id = s.employee_id AND h.employer_id <> s.employer_id AND h.as_of <= w.from_as_of
  WHERE s.before = 0
  GROUP BY s.employee_id
),
outlets AS (
  -- The outlets of an employer's lists of a day; none where one of them is of all outlets.
  SELECT p.employer_id, p.as_of, o.outlet, max(o.whole) AS whole
  FROM current_part p
  JOIN part_outlet o ON o.part_id = p.part_id
  WHERE p.employer_id BETWEEN $first_employer AND $last_employer AND p.kind = 'holdings'
    AND NOT EXISTS (
      SELECT 1 FROM current_part q LEFT JOIN part_outlet r ON r.part_id = q.part_id
      WHERE q.employer_id = p.employer_id AND q.as_of = p.as_of AND q.kind = 'holdings' AND r.part_id IS NULL)
  GROUP BY p.employer_id, p.as_of, o.outlet
)
SELECT
  x.employee_id,
  x.employer_id,
  CASE
    WHEN x.before = 1 AND x.after = 1 THEN 'present'
    WHEN u.employee_id IS NOT NULL THEN 'unknown'
    WHEN x.after = 1 AND m.products IS NOT NULL THEN 'present'
    WHEN m.employee_id IS NOT NULL OR elsewhere.employee_id IS NOT NULL THEN 'unknown'
    WHEN x.after = 1 AND full_before.employer_id IS NOT NULL THEN 'joined'
    WHEN x.before = 1 AND (full_after.employer_id IS NOT NULL OR home.employee_id IS NOT NULL) THEN 'departed'
    ELSE 'unknown'
  END AS status,
  COALESCE(x.products_after & ~COALESCE(x.products_before, m.products)
    & x.covered_after & COALESCE(x.covered_before, m.covered), 0) AS gained,
  COALESCE(COALESCE(x.products_before, m.products) & ~x.products_after
    & x.covered_after & COALESCE(x.covered_before, m.covered), 0) AS lost,
  COALESCE(x.aum_before_fen, m.aum_fen) AS aum_before_fen,
  x.aum_after_fen
FROM seen x
LEFT JOIN moved m ON m.employee_id = x.employee_id
LEFT JOIN (
  -- On one of the days only, and of an outlet the lists of the other day do not tell of.
  SELECT s.employee_id
  FROM seen s
  JOIN change_window w ON w.employer_id = s.employer_id
  LEFT JOIN employee_attributes t ON t.employee_id = s.employee_id
  JOIN outlets o ON o.employer_id = s.employer_id AND o.as_of = CASE WHEN s.before = 1 THEN w.to_as_of ELSE w.from_as_of END
  WHERE (s.before = 0 OR s.after = 0) AND COALESCE(s.outlet, t.outlet) IS NOT NULL
  GROUP BY s.employee_id
  HAVING max(CASE WHEN o.outlet = COALESCE(s.outlet, t.outlet) THEN 1 ELSE 0 END) = 0
) elsewhere ON elsewhere.employee_id = x.employee_id
LEFT JOIN (
  -- Missing from a list that has everybody of their outlet.
  SELECT s.employee_id
  FROM seen s
  JOIN change_window w ON w.employer_id = s.employer_id
  LEFT JOIN employee_attributes t ON t.employee_id = s.employee_id
  JOIN outlets o ON o.employer_id = s.employer_id AND o.as_of = w.to_as_of AND o.whole = 1
    AND o.outlet = COALESCE(s.outlet, t.outlet)
  WHERE s.after = 0
) home ON home.employee_id = x.employee_id
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
