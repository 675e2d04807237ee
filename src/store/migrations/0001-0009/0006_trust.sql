-- Files of the workspace that change what the software does (rules, words, templates, holidays), as last seen:
-- a change is noticed at the next opening and put into the audit.
CREATE TABLE overlay_file (
  name   TEXT PRIMARY KEY,
  sha256 TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Numbers of people who were removed. A number is never given out again, for it may stand on paper.
CREATE TABLE purged (
  employee_id INTEGER PRIMARY KEY,
  purged_at   TEXT NOT NULL
) STRICT;
