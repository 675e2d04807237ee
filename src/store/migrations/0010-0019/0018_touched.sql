-- Employers who have lost somebody to another one, won somebody, or whose people turned out to be known for longer: their
-- facts do not fit although their own lists have not changed. Emptied when the facts are worked out.
CREATE TABLE moved_employer (
  employer_id INTEGER PRIMARY KEY
) STRICT;

CREATE TRIGGER employee_moved AFTER UPDATE OF employer_id, first_seen ON employee
WHEN OLD.employer_id <> NEW.employer_id OR OLD.first_seen <> NEW.first_seen
BEGIN
  INSERT OR IGNORE INTO moved_employer (employer_id) VALUES (OLD.employer_id), (NEW.employer_id);
END;

-- With the employer that pays them, though they are another's.
DROP TABLE several_payee;
CREATE TABLE several_payee (
  employee_id INTEGER NOT NULL,
  employer_id INTEGER NOT NULL,
  PRIMARY KEY (employee_id, employer_id)
) STRICT, WITHOUT ROWID;

-- How many people a list has that count.
DELETE FROM attributed_part;
ALTER TABLE attributed_part ADD COLUMN people INTEGER NOT NULL DEFAULT 0;

-- Sums over an employer's people in its lists of a day, as long as these are the lists and nobody has come or gone.
CREATE TABLE employer_standing (
  employer_id            INTEGER NOT NULL,
  as_of                  TEXT NOT NULL,
  -- Numbers of the lists, and products from which on somebody counts as one with many.
  lists                  TEXT NOT NULL,
  many                   INTEGER NOT NULL,
  headcount              INTEGER NOT NULL,
  aum_fen                INTEGER,
  aum_month_avg_fen      INTEGER,
  products_total         INTEGER NOT NULL,
  three_plus             INTEGER NOT NULL,
  three_plus_no_channels INTEGER NOT NULL,
  products_proper        INTEGER NOT NULL,
  three_plus_proper      INTEGER NOT NULL,
  PRIMARY KEY (employer_id, as_of)
) STRICT, WITHOUT ROWID;

DELETE FROM fact_stamp;
