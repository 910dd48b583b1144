-- When the person signed in, what was asked for then, and when it was renewed last: NULL in a grant that an
-- earlier version stored, for as long as that is not known.
ALTER TABLE grant ADD COLUMN signed_in_at INTEGER;
ALTER TABLE grant ADD COLUMN asked_scopes TEXT;
ALTER TABLE grant ADD COLUMN renewed_at INTEGER;

-- Who signed in, where the authorization server says so.
ALTER TABLE grant ADD COLUMN account TEXT;
