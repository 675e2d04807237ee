-- Products gained and lost between two snapshots, only among the products both sheets cover.
-- Somebody missing from a full part has departed; from a partial part nothing is known, nor of somebody who may be
-- the one of a row that is not decided yet.
SELECT
  COALESCE(a.employee_id, b.employee_id) AS employee_id,
  COALESCE(a.employer_id, b.employer_id) AS employer_id,
  CASE
    WHEN (b.employee_id IS NULL OR a.employee_id IS NULL) AND u.employee_id IS NOT NULL THEN 'unknown'
    WHEN b.employee_id IS NULL AND full_before.employer_id IS NOT NULL THEN 'joined'
    WHEN b.employee_id IS NULL THEN 'unknown'
    WHEN a.employee_id IS NOT NULL THEN 'present'
    WHEN full_after.employer_id IS NOT NULL THEN 'departed'
    ELSE 'unknown'
  END AS status,
  CASE WHEN a.employee_id IS NOT NULL AND b.employee_id IS NOT NULL THEN a.products & ~b.products & a.covered & b.covered ELSE 0 END AS gained,
  CASE WHEN a.employee_id IS NOT NULL AND b.employee_id IS NOT NULL THEN b.products & ~a.products & a.covered & b.covered ELSE 0 END AS lost,
  b.aum_fen AS aum_before_fen,
  a.aum_fen AS aum_after_fen
FROM (
  SELECT h.*
  FROM current_holding h
  JOIN employee e ON e.employee_id = h.employee_id AND e.employer_id = h.employer_id
  JOIN change_window w ON w.employer_id = h.employer_id AND w.from_as_of = h.as_of
) b
FULL JOIN (
  SELECT h.*
  FROM current_holding h
  JOIN employee e ON e.employee_id = h.employee_id AND e.employer_id = h.employer_id
  JOIN change_window w ON w.employer_id = h.employer_id AND w.to_as_of = h.as_of
) a ON a.employee_id = b.employee_id
LEFT JOIN (
  SELECT DISTINCT w.employer_id
  FROM change_window w
  JOIN current_part p ON p.employer_id = w.employer_id AND p.as_of = w.to_as_of AND p.kind = 'holdings' AND p.basis = 'full'
) full_after ON full_after.employer_id = b.employer_id
LEFT JOIN (
  SELECT DISTINCT w.employer_id
  FROM change_window w
  JOIN current_part p ON p.employer_id = w.employer_id AND p.as_of = w.from_as_of AND p.kind = 'holdings' AND p.basis = 'full'
) full_before ON full_before.employer_id = a.employer_id
LEFT JOIN unsure_employee u ON u.employee_id = COALESCE(a.employee_id, b.employee_id)
