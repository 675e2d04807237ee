-- Products gained and lost between two snapshots, only among the products both sheets cover.
-- Somebody missing from a full part has departed; from a partial part nothing is known, nor of somebody who may be
-- the one of a row that is not decided yet, or who belongs to an outlet the other day's lists do not tell of.
-- Whoever was with another employer before is compared with what stands there.
WITH listed_before AS MATERIALIZED (
  -- One row a person: what else a day has of somebody is out of sight.
  SELECT h.employee_id, h.employer_id, h.products, h.covered, h.aum_fen, h.outlet
  FROM change_window w
  JOIN current_holding h ON h.employer_id = w.employer_id AND h.as_of = w.from_as_of
  JOIN employee e ON e.employee_id = h.employee_id AND e.employer_id = h.employer_id
  WHERE w.employer_id BETWEEN $first_employer AND $last_employer
),
listed_after AS MATERIALIZED (
  SELECT h.employee_id, h.employer_id, h.products, h.covered, h.aum_fen, h.outlet
  FROM change_window w
  JOIN current_holding h ON h.employer_id = w.employer_id AND h.as_of = w.to_as_of
  JOIN employee e ON e.employee_id = h.employee_id AND e.employer_id = h.employer_id
  WHERE w.employer_id BETWEEN $first_employer AND $last_employer
),
seen AS (
  SELECT
    a.employee_id,
    a.employer_id,
    CASE WHEN b.employee_id IS NULL THEN 0 ELSE 1 END AS before,
    1 AS after,
    b.products AS products_before,
    a.products AS products_after,
    b.covered AS covered_before,
    a.covered AS covered_after,
    b.aum_fen AS aum_before_fen,
    a.aum_fen AS aum_after_fen,
    a.outlet
  FROM listed_after a
  LEFT JOIN listed_before b ON b.employee_id = a.employee_id
  UNION ALL
  SELECT b.employee_id, b.employer_id, 1, 0, b.products, NULL, b.covered, NULL, b.aum_fen, NULL, b.outlet
  FROM listed_before b
  LEFT JOIN listed_after a ON a.employee_id = b.employee_id
  WHERE a.employee_id IS NULL
),
one_day AS (
  SELECT employee_id, employer_id, before, after, outlet FROM seen WHERE before = 0 OR after = 0
),
moved AS (
  -- Those that another employer's list had up to the first day, with what it had on that very day.
  SELECT
    s.employee_id,
    max(CASE WHEN h.as_of = w.from_as_of THEN h.products END) AS products,
    max(CASE WHEN h.as_of = w.from_as_of THEN h.covered END) AS covered,
    max(CASE WHEN h.as_of = w.from_as_of THEN h.aum_fen END) AS aum_fen
  FROM one_day s
  JOIN change_window w ON w.employer_id = s.employer_id
  JOIN current_holding h ON h.recorded_id = s.employee_id AND h.employer_id <> s.employer_id AND h.as_of <= w.from_as_of
  WHERE s.before = 0
  GROUP BY s.employee_id
),
placed AS (
  -- On one of the days only: whether the lists of the other day name outlets, and not this person's (elsewhere), or
  -- have everybody of it (home). A list of all outlets beside them names none.
  SELECT
    o.employee_id,
    CASE WHEN o.lists = 0 AND o.named > 0 AND o.own = 0 THEN 1 ELSE 0 END AS elsewhere,
    CASE WHEN o.lists = 0 AND o.whole > 0 THEN 1 ELSE 0 END AS home
  FROM (
    SELECT
      s.employee_id,
      -- Lists of the other day that tell of no outlet.
      (SELECT count(*) FROM current_part q
       WHERE q.employer_id = s.employer_id AND q.as_of = s.other_day AND q.kind = 'holdings'
         AND NOT EXISTS (SELECT 1 FROM part_outlet r WHERE r.part_id = q.part_id)) AS lists,
      (SELECT count(*) FROM current_part q
       WHERE q.employer_id = s.employer_id AND q.as_of = s.other_day AND q.kind = 'holdings'
         AND EXISTS (SELECT 1 FROM part_outlet r WHERE r.part_id = q.part_id)) AS named,
      (SELECT count(*) FROM current_part q JOIN part_outlet r ON r.part_id = q.part_id
       WHERE q.employer_id = s.employer_id AND q.as_of = s.other_day AND q.kind = 'holdings'
         AND r.outlet = s.outlet) AS own,
      (SELECT count(*) FROM current_part q JOIN part_outlet r ON r.part_id = q.part_id
       WHERE q.employer_id = s.employer_id AND q.as_of = s.other_day AND q.kind = 'holdings'
         AND r.outlet = s.outlet AND r.whole = 1) AS whole
    FROM (
      SELECT
        d.employee_id,
        d.employer_id,
        CASE WHEN d.before = 1 THEN w.to_as_of ELSE w.from_as_of END AS other_day,
        COALESCE(d.outlet, t.outlet) AS outlet
      FROM one_day d
      JOIN change_window w ON w.employer_id = d.employer_id
      LEFT JOIN employee_attributes t ON t.employee_id = d.employee_id
      WHERE COALESCE(d.outlet, t.outlet) IS NOT NULL
    ) s
  ) o
)
SELECT
  employee_id,
  employer_id,
  'present' AS status,
  products_after & ~products_before & covered_after & covered_before AS gained,
  products_before & ~products_after & covered_after & covered_before AS lost,
  aum_before_fen,
  aum_after_fen
FROM seen
WHERE before = 1 AND after = 1
UNION ALL
SELECT
  x.employee_id,
  x.employer_id,
  CASE
    WHEN u.employee_id IS NOT NULL THEN 'unknown'
    WHEN x.after = 1 AND m.products IS NOT NULL THEN 'present'
    WHEN m.employee_id IS NOT NULL OR p.elsewhere = 1 THEN 'unknown'
    WHEN x.after = 1 AND EXISTS (
      SELECT 1 FROM current_part q
      WHERE q.employer_id = x.employer_id AND q.as_of = w.from_as_of AND q.kind = 'holdings' AND q.basis = 'full'
    ) THEN 'joined'
    WHEN x.before = 1 AND (p.home = 1 OR EXISTS (
      SELECT 1 FROM current_part q
      WHERE q.employer_id = x.employer_id AND q.as_of = w.to_as_of AND q.kind = 'holdings' AND q.basis = 'full'
    )) THEN 'departed'
    ELSE 'unknown'
  END AS status,
  -- Of the days a person is on one list only.
  COALESCE(x.products_after & ~m.products & x.covered_after & m.covered, 0) AS gained,
  COALESCE(m.products & ~x.products_after & x.covered_after & m.covered, 0) AS lost,
  COALESCE(x.aum_before_fen, m.aum_fen) AS aum_before_fen,
  x.aum_after_fen
FROM seen x
JOIN change_window w ON w.employer_id = x.employer_id
LEFT JOIN moved m ON m.employee_id = x.employee_id
LEFT JOIN placed p ON p.employee_id = x.employee_id
LEFT JOIN unsure_employee u ON u.employee_id = x.employee_id
WHERE x.before = 0 OR x.after = 0
