-- Made by the tests of this crate from the steps in migrations/; a change here is lost.

CREATE TABLE _sqlx_migrations (
    version BIGINT PRIMARY KEY,
    description TEXT NOT NULL,
    installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    success BOOLEAN NOT NULL,
    checksum BLOB NOT NULL,
    execution_time BIGINT NOT NULL
);

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
, sign_in TEXT NOT NULL DEFAULT '{}', client_secret BLOB, client_key BLOB, chosen_issuer TEXT, redirect_by_hand TEXT, challenge TEXT, withdrawals INTEGER NOT NULL DEFAULT 0) STRICT;

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
    secret_expires_at INTEGER, kind TEXT NOT NULL DEFAULT 'dynamic', asked TEXT,
    UNIQUE (server, issuer, redirect_uri)
) STRICT;

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
, needed_scopes TEXT, renewal_began INTEGER, untested INTEGER NOT NULL DEFAULT 0, signed_in_at INTEGER, asked_scopes TEXT, renewed_at INTEGER, account TEXT, put_off TEXT, step_ups TEXT) STRICT;

CREATE TABLE tool (
    server   TEXT NOT NULL REFERENCES server (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    tool     TEXT NOT NULL,
    PRIMARY KEY (server, position)
) STRICT;

CREATE TABLE issuer (
    issuer   TEXT PRIMARY KEY,
    redirect TEXT NOT NULL
) STRICT;

CREATE TABLE activity (
    id      TEXT PRIMARY KEY,
    server  TEXT NOT NULL REFERENCES server (id) ON DELETE CASCADE,
    sign_in INTEGER NOT NULL,
    entry   TEXT NOT NULL
) STRICT;

CREATE INDEX activity_of_server ON activity (server, sign_in, id);

INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
VALUES (1, 'first light', TRUE, x'7937C6977A0CCB7C24DB609BB0D31FF97DAAF2CCF2694ED02CF773116272C2FA318B1033B45FAAC5FA151CC01A37BB9E', 0);

INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
VALUES (2, 'whole rulebook', TRUE, x'CBA02F3B8FF6F95A093D3139837E5609028B2C974379BF9B70294040D94E6ED2AE7FDE9C548161FF5EDD250A1204EDFD', 0);

INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
VALUES (3, 'activity', TRUE, x'7B772C12934754696CA03F0B79013B0C840369FF5B9E92114EF4BE47B24C4B13C62AE445AFF5E75404331BA00438A08E', 0);

INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
VALUES (4, 'untested', TRUE, x'9A90909DFC88205FB0AAA30DA2C6718132F8610D6136B8D317BCB166A5010A7B5E3BC0118CD3144C84D8D714EF8DD143', 0);

INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
VALUES (5, 'facts of a grant', TRUE, x'E3DB4EC6D177B0D53098ADEAFB7328E0F8739926448DC48462678E9B6F63E121E1306ACA71F4B4DA3174F250949FDABE', 0);

INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
VALUES (6, 'asked issuer', TRUE, x'CF767049E8E52C77995734EF291593A57903383EE47418723CAD524FDE45D2216F7C9C0950CAFCC0F92F289FF27E9901', 0);

INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
VALUES (7, 'redirect by hand', TRUE, x'913E446341BDBAF4067943812CE1CB7BAEEB885048290427656AFFC50F5F027C27CDEE6AF3521C08D6675BABA0703599', 0);

INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
VALUES (8, 'put off', TRUE, x'8F356DF2DD282F91665D80314EAF9B92CCA943AE4149804D9370F068744B37744E59F5A4E8D779CF3A00E4D65F438887', 0);

INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
VALUES (9, 'known to every process', TRUE, x'6D199161CD3837C6547AA64A3178740F6CAA2DFF410226A19CDF65935B123F44ABDAAE064FABA1691DA2FF288B2F095B', 0);
