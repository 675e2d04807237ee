-- A removal of people's data that was begun: kept until its files, its writing anew of the database and its certificate
-- are done too, and emptied before the database is written anew.
CREATE TABLE purge_work (
  seq   INTEGER PRIMARY KEY,
  state TEXT NOT NULL
) STRICT;
CREATE TABLE purge_trace (
  kind  TEXT NOT NULL CHECK (kind IN ('person', 'value', 'name', 'task', 'hmac', 'phone')),
  trace TEXT NOT NULL,
  PRIMARY KEY (kind, trace)
) STRICT, WITHOUT ROWID;

-- Phones people had before: only hashes, by which notes and files that still hold them are found.
CREATE TABLE former_phone (
  employee_id INTEGER NOT NULL REFERENCES employee,
  hmac        BLOB NOT NULL CHECK (length(hmac) = 16),
  PRIMARY KEY (employee_id, hmac)
) STRICT, WITHOUT ROWID;

-- Days the data of an imported file were of, where some of them were removed by age: what stays no longer tells.
CREATE TABLE import_span (
  import_id INTEGER PRIMARY KEY REFERENCES import,
  first_day TEXT NOT NULL,
  last_day  TEXT NOT NULL
) STRICT;
