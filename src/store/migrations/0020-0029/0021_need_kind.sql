-- What is kept of a client or an employer besides wishes: benefits, what they like to invest in, objections, and who is watched.
ALTER TABLE need ADD COLUMN kind TEXT NOT NULL DEFAULT 'wish' CHECK (kind IN ('wish', 'benefit', 'preference', 'objection', 'watch'));
