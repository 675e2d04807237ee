INSERT INTO wrong_phone (contact_id, employee_id, hmac) VALUES (1, 1, x'44444444444444444444444444444444');
