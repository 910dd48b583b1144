-- What a server that answers the first look freely asked for later, as JSON, for whichever process signs in next:
-- where its metadata is, and which scopes. NULL where it has asked for nothing.
ALTER TABLE server ADD COLUMN challenge TEXT;
