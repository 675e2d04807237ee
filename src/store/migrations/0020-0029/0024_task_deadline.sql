-- What is asked of every task that was issued stands in columns of its own, and in an index: the whole task, as it was
-- issued, is a thousand bytes of JSON, and thousands of them were read and taken apart for two words each.
ALTER TABLE task_event ADD COLUMN deadline TEXT CHECK (deadline IS date(deadline));
ALTER TABLE task_event ADD COLUMN marketing INTEGER CHECK (marketing IN (0, 1));
UPDATE task_event SET deadline = date(payload ->> '$.due'), marketing = (payload ->> '$.marketing') IS TRUE
  WHERE event = 'issued' AND json_valid(payload);
CREATE INDEX event_issued ON task_event (event_id, task_id, due, channel, today, deadline, marketing, owner)
  WHERE event = 'issued';
CREATE INDEX event_moved ON task_event (today, event_id, task_id, event, channel) WHERE event IN ('moved', 'lapsed');
