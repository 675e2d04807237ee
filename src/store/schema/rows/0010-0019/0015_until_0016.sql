INSERT INTO part_outlet (part_id, outlet, whole) VALUES (14, '测试网点', 0);
