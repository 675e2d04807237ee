-- Headers whose columns were confirmed, by fingerprint: nothing of the data under them.
CREATE TABLE layout (
  fingerprint TEXT PRIMARY KEY,
  kind        TEXT NOT NULL,
  origin      TEXT NOT NULL CHECK (origin IN ('profile', 'recognised')),
  mapping     TEXT NOT NULL,
  rules_hash  TEXT NOT NULL,
  file        TEXT NOT NULL,
  today       TEXT NOT NULL,
  recorded_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
