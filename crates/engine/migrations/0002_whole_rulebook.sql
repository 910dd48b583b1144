-- What the person wants otherwise, as JSON, and the credentials of a client registered by hand.
ALTER TABLE server ADD COLUMN sign_in TEXT NOT NULL DEFAULT '{}';
ALTER TABLE server ADD COLUMN client_secret BLOB;
ALTER TABLE server ADD COLUMN client_key BLOB;

-- `dynamic`, `pre_registered` or `metadata_document`.
ALTER TABLE registration ADD COLUMN kind TEXT NOT NULL DEFAULT 'dynamic';

-- Scopes that the server asked for beyond what was granted, until the person has looked at it.
ALTER TABLE grant ADD COLUMN needed_scopes TEXT;

-- The kind of redirect URI that an authorization server took.
CREATE TABLE issuer (
    issuer   TEXT PRIMARY KEY,
    redirect TEXT NOT NULL
) STRICT;

-- The authorization server that worked, where the resource lists several.
ALTER TABLE server ADD COLUMN chosen_issuer TEXT;

-- Written before a refresh is sent, and gone once its answer is stored.
ALTER TABLE grant ADD COLUMN renewal_began INTEGER;
