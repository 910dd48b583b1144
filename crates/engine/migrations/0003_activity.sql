-- What happened to a server, as JSON; ids grow with time. Only the newest are kept.
CREATE TABLE activity (
    id      TEXT PRIMARY KEY,
    server  TEXT NOT NULL REFERENCES server (id) ON DELETE CASCADE,
    sign_in INTEGER NOT NULL,
    entry   TEXT NOT NULL
) STRICT;

CREATE INDEX activity_of_server ON activity (server, sign_in, id);
