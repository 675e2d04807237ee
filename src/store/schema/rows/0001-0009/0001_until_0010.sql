-- A row that a part beside its own had replaced: until format 11 a flag on the row itself.
INSERT INTO snapshot_part (part_id, snapshot_id, employer_id, basis, revision) VALUES (15, 4, 2, 'partial', 1),
  (16, 4, 2, 'partial', 1);
INSERT INTO holding (part_id, employee_id, superseded, aum_fen, products, product_count, asset_product_count) VALUES
  (15, 4, 1, 410, 4, 1, 0), (16, 4, 0, 420, 4, 1, 0);
