INSERT INTO purge_work (seq, state) VALUES (1, '{}');
INSERT INTO purge_trace (kind, trace) VALUES ('value', 'KH000009');
INSERT INTO former_phone (employee_id, hmac) VALUES (1, x'33333333333333333333333333333333');
INSERT INTO import_span (import_id, first_day, last_day) VALUES (1, '2026-01-01', '2026-01-31');
