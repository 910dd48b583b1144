-- Whether a refresh brought the access token and no server has taken it yet: who used it first may be
-- another process.
ALTER TABLE grant ADD COLUMN untested INTEGER NOT NULL DEFAULT 0;
