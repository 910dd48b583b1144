//! Private readers, open to `fuzz/` alone: `cfg(fuzzing)` is set by `cargo fuzz`.

use url::Url;

use crate::session::Decoder;

/// The address of a server as a person typed it.
pub fn server_url(typed: &str) -> Option<Url> {
    crate::server::server_url(typed).ok()
}

/// How many servers are read of an answer of the registry.
pub fn registry_page(body: &[u8]) -> Option<usize> {
    crate::registry::read_page(body).map(|servers| servers.len())
}

/// The server-sent events of a stream that comes in these chunks.
pub fn events(chunks: &[&[u8]], limit: usize) -> Option<Vec<String>> {
    let mut decoder = Decoder::new(limit);
    let mut events = Vec::new();
    for chunk in chunks {
        events.extend(decoder.read(chunk).ok()?);
    }
    Some(events.iter().map(|event| format!("{event:?}")).collect())
}
