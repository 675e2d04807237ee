-- The hash of the phone number under which somebody was not to be reached (空号): once it is a former phone of theirs, the
-- number has been mended.
CREATE TABLE wrong_phone (
  contact_id  INTEGER PRIMARY KEY REFERENCES contact ON DELETE CASCADE,
  employee_id INTEGER NOT NULL REFERENCES employee,
  hmac        BLOB NOT NULL CHECK (length(hmac) = 16)
) STRICT;
