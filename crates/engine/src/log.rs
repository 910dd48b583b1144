//! What may be logged of what happens.

use tracing::level_filters::LevelFilter;

/// What libraries say below this is never shown, however much Drawbridge says itself: their debug output
/// carries headers and URLs (rule N5).
pub const LIBRARIES: LevelFilter = LevelFilter::WARN;

/// How much is shown of the targets that are no common libraries, where Drawbridge itself says as much as `ours`.
#[must_use]
pub fn targets(ours: LevelFilter) -> [(&'static str, LevelFilter); 2] {
    [
        ("drawbridge", ours),
        // It logs a request that failed together with its headers.
        ("rmcp", LevelFilter::OFF),
    ]
}

#[cfg(test)]
mod tests {
    use tracing::{Level, level_filters::LevelFilter};
    use tracing_subscriber::filter::Targets;

    use super::{LIBRARIES, targets};

    // rule: N5
    #[test]
    fn libraries_that_would_tell_secrets_are_silent_however_much_we_log() {
        let shown = Targets::new()
            .with_default(LIBRARIES)
            .with_targets(targets(LevelFilter::TRACE));
        assert!(shown.would_enable("drawbridge_engine::sign_in", &Level::TRACE));
        assert!(!shown.would_enable("rmcp", &Level::ERROR));
        for library in [
            "reqwest::connect",
            "h2::codec",
            "hyper_util::client",
            "zbus::connection",
        ] {
            assert!(!shown.would_enable(library, &Level::INFO), "{library}");
        }
    }
}
