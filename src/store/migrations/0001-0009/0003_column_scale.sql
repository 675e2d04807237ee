-- How large the money of each column of an imported sheet was: the trace a wrong unit leaves.
CREATE TABLE column_scale (
  import_id  INTEGER NOT NULL REFERENCES import,
  sheet      TEXT NOT NULL,
  kind       TEXT NOT NULL,
  field      TEXT NOT NULL,
  unit       TEXT NOT NULL,
  amounts    INTEGER NOT NULL,
  median_fen INTEGER NOT NULL,
  PRIMARY KEY (import_id, sheet, field)
) STRICT, WITHOUT ROWID;
CREATE INDEX column_scale_by_field ON column_scale (kind, field, import_id);
