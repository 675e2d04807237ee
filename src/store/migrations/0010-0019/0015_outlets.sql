-- Outlets a list of people tells of: whoever belongs to another one is not missing from it.
CREATE TABLE part_outlet (
  part_id INTEGER NOT NULL REFERENCES snapshot_part,
  outlet  TEXT NOT NULL,
  -- The list is partial only because it is of these outlets: who is missing of them has departed.
  whole   INTEGER NOT NULL CHECK (whole IN (0, 1)),
  PRIMARY KEY (part_id, outlet)
) STRICT, WITHOUT ROWID;

DELETE FROM fact_stamp;
