INSERT INTO outlet_set (set_id, outlet) VALUES (11, '测试网点');
INSERT INTO attributed_part (part_id) VALUES (11);
