INSERT INTO column_scale (import_id, sheet, kind, field, unit, amounts, median_fen) VALUES
  (1, '一月', 'holdings', 'aum', 'yuan', 3, 200);
