-- What a server that answers the first look freely asked for later, as JSON, for whichever process signs in next:
-- where its metadata is, and which scopes. NULL where it has asked for nothing.
ALTER TABLE server ADD COLUMN challenge TEXT;

-- How often sign-ins asked for more access that they were not given, scope by scope, as JSON: NULL where none did.
ALTER TABLE grant ADD COLUMN step_ups TEXT;

-- How often sign-ins that may be under way were withdrawn: by signing out, or by making them for something else.
ALTER TABLE server ADD COLUMN withdrawals INTEGER NOT NULL DEFAULT 0;
