-- What a server that answers the first look freely asked for later, as JSON, for whichever process signs in next:
-- where its metadata is, and which scopes. NULL where it has asked for nothing.
ALTER TABLE server ADD COLUMN challenge TEXT;

-- How often sign-ins asked for more access that they were not given, scope by scope, as JSON: NULL where none did.
ALTER TABLE grant ADD COLUMN step_ups TEXT;
