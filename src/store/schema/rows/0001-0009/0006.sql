INSERT INTO overlay_file (name, sha256) VALUES ('rules/ranking.toml', 'c1');
INSERT INTO purged (employee_id, purged_at) VALUES (9, '2026-03-05T08:00:00Z');
