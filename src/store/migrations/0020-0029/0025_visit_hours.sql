-- When an employer's people are free, as 12:00-13:30,17:00-18:30, and whether there is a room to talk to one person alone.
ALTER TABLE employer_state ADD COLUMN visit_hours TEXT CHECK (visit_hours GLOB '[0-2][0-9]:[0-5][0-9]-[0-2][0-9]:[0-5][0-9]*');
ALTER TABLE employer_state ADD COLUMN private_corner INTEGER CHECK (private_corner IN (0, 1));
