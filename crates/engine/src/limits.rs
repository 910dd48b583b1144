//! How long things may take. Tests shorten them; the program does not.

use std::time::Duration;

/// Every time limit of the engine that is not a server's own.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// From *Connect* to the opening of the sign-in page.
    pub finding_out: Duration,
    /// From the opening of the sign-in page to the callback.
    pub attempt: Duration,
    /// From the closing of the sign-in window to giving up: the callback may be on its way.
    pub popup_grace: Duration,
    /// One revocation request.
    pub revocation: Duration,
    /// One look at a server that is not connected yet.
    pub probe: Duration,
    /// How long a caller waits for somebody else's refresh of the same grant.
    pub refresh_wait: Duration,
    /// How long callers wait for the next try of a refresh that failed for now; where that comes
    /// later, they are told.
    pub refresh_patience: Duration,
    /// The first wait before a lost connection is tried again; it doubles each time.
    pub first_retry: Duration,
    /// The longest such wait.
    pub last_retry: Duration,
    /// One answer of the keychain, which may be showing an unlock prompt.
    pub keychain: Duration,
    /// How long another program may keep the database locked.
    pub database: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            finding_out: Duration::from_mins(1),
            attempt: Duration::from_mins(10),
            popup_grace: Duration::from_secs(1),
            revocation: Duration::from_secs(5),
            probe: Duration::from_secs(15),
            refresh_wait: Duration::from_secs(35),
            refresh_patience: Duration::from_secs(2),
            first_retry: Duration::from_secs(1),
            last_retry: Duration::from_mins(1),
            keychain: Duration::from_secs(10),
            database: Duration::from_secs(10),
        }
    }
}
