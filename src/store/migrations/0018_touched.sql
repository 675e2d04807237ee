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

DELETE FROM fact_stamp;
