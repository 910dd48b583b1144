-- What failed when the grant was last to be renewed, since when, and when that may be tried again, as JSON, for
-- whichever process comes next: NULL where nothing is put off.
ALTER TABLE grant ADD COLUMN put_off TEXT;
