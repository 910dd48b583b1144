CREATE TABLE setting (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE server (
    id              TEXT PRIMARY KEY,
    position        INTEGER NOT NULL,
    name            TEXT NOT NULL,
    url             TEXT NOT NULL,
    description     TEXT NOT NULL,
    enabled         INTEGER NOT NULL,
    auth            TEXT NOT NULL,
    timeout_seconds INTEGER NOT NULL,
    era             TEXT
) STRICT;

CREATE TABLE server_header (
    server   TEXT NOT NULL REFERENCES server (id) ON DELETE CASCADE,
    name     TEXT NOT NULL COLLATE NOCASE,
    value    BLOB NOT NULL,
    PRIMARY KEY (server, name)
) STRICT;

CREATE TABLE registration (
    id                TEXT PRIMARY KEY,
    server            TEXT NOT NULL REFERENCES server (id) ON DELETE CASCADE,
    issuer            TEXT NOT NULL,
    redirect_uri      TEXT NOT NULL,
    client_id         TEXT NOT NULL,
    auth_method       TEXT NOT NULL,
    secret            BLOB,
    secret_expires_at INTEGER,
    UNIQUE (server, issuer, redirect_uri)
) STRICT;

-- One attempt of one person to sign in to one server. Only sign-in writes here.
CREATE TABLE attempt (
    id           TEXT PRIMARY KEY,
    server       TEXT NOT NULL REFERENCES server (id) ON DELETE CASCADE,
    registration TEXT NOT NULL REFERENCES registration (id) ON DELETE CASCADE,
    newly_registered INTEGER NOT NULL,
    state_hash   BLOB NOT NULL UNIQUE,
    verifier     BLOB NOT NULL,
    metadata     TEXT NOT NULL,
    resource     TEXT,
    scopes       TEXT NOT NULL,
    expires_at   INTEGER NOT NULL
) STRICT;

-- The tokens are NULL once only the person can mend the grant.
CREATE TABLE grant (
    server          TEXT PRIMARY KEY REFERENCES server (id) ON DELETE CASCADE,
    registration    TEXT REFERENCES registration (id) ON DELETE SET NULL,
    revision        INTEGER NOT NULL,
    metadata        TEXT NOT NULL,
    resource        TEXT,
    scopes          TEXT NOT NULL,
    access_token    BLOB,
    refresh_token   BLOB,
    issued_at       INTEGER NOT NULL,
    expires_at      INTEGER,
    reauth_reason   TEXT,
    reauth_at       INTEGER
) STRICT;

CREATE TABLE tool (
    server   TEXT NOT NULL REFERENCES server (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    tool     TEXT NOT NULL,
    PRIMARY KEY (server, position)
) STRICT;
