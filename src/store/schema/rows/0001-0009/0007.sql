INSERT INTO layout (fingerprint, kind, origin, mapping, rules_hash, file, today, recorded_at) VALUES
  ('f1', 'holdings', 'profile', '{}', 'h', '一月.xlsx', '2026-02-02', '2026-02-02T08:00:00Z');
