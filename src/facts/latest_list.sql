-- Each employer's latest list of holdings: the latest of everybody, or else the latest at all.
  SELECT employer_id, COALESCE(max(CASE WHEN basis = 'full' THEN as_of END), max(as_of)) AS as_of
  FROM current_part
  WHERE employer_id BETWEEN $first_employer AND $last_employer
    AND kind = 'holdings' AND as_of <= $as_of AND as_of >= $oldest
  GROUP BY employer_id
