-- The lists of a sheet all tell of the same outlets: kept once, not with each employer.
CREATE TABLE outlet_set (
  set_id INTEGER NOT NULL,
  outlet TEXT NOT NULL,
  PRIMARY KEY (set_id, outlet)
) STRICT, WITHOUT ROWID;

ALTER TABLE snapshot_part ADD COLUMN outlet_set_id INTEGER;
-- The list is partial only because it is of these outlets: who is missing of them has departed.
ALTER TABLE snapshot_part ADD COLUMN outlets_whole INTEGER NOT NULL DEFAULT 0 CHECK (outlets_whole IN (0, 1));

INSERT INTO outlet_set (set_id, outlet) SELECT part_id, outlet FROM part_outlet;
UPDATE snapshot_part SET outlet_set_id = part_id,
  outlets_whole = (SELECT max(o.whole) FROM part_outlet o WHERE o.part_id = snapshot_part.part_id)
WHERE part_id IN (SELECT part_id FROM part_outlet);

DROP TABLE part_outlet;
CREATE VIEW part_outlet AS
  SELECT p.part_id, o.outlet, p.outlets_whole AS whole
  FROM snapshot_part p JOIN outlet_set o ON o.set_id = p.outlet_set_id;

DELETE FROM fact_stamp;

-- Lists whose attributes of people are in `employee_attributes` already: a new list is added to them, older ones are not
-- gone through again.
CREATE TABLE attributed_part (
  part_id INTEGER PRIMARY KEY
) STRICT;

-- The oldest list that something known of somebody may come from, and the newest one.
DELETE FROM employee_attributes;
ALTER TABLE employee_attributes ADD COLUMN known_from TEXT NOT NULL DEFAULT '';
ALTER TABLE employee_attributes ADD COLUMN known_to TEXT NOT NULL DEFAULT '';
