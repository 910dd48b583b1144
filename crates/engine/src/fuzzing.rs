//! Private readers, open to `fuzz/` alone: `cfg(fuzzing)` is set by `cargo fuzz`.

use url::Url;

/// The address of a server as a person typed it.
pub fn server_url(typed: &str) -> Option<Url> {
    crate::server::server_url(typed).ok()
}
