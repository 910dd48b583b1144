//! What is logged, and what is not.

use drawbridge_engine::log::{self, LIBRARIES};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::{
    Layer, filter::Targets, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

/// Logs to standard error. `DRAWBRIDGE_LOG` (`error` … `trace`, `info` when left out) sets how
/// much Drawbridge itself says; nothing makes the libraries underneath say more, since their
/// debug output carries headers and URLs (rule N5).
pub(crate) fn begin() {
    let level = std::env::var("DRAWBRIDGE_LOG")
        .ok()
        .and_then(|level| level.parse().ok())
        .unwrap_or(LevelFilter::INFO);
    let to_stderr = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .with_filter(targets(level));
    // Somebody else's subscriber is as good as ours.
    let _ = tracing_subscriber::registry().with(to_stderr).try_init();
}

fn targets(ours: LevelFilter) -> Targets {
    Targets::new()
        .with_default(LIBRARIES)
        .with_targets(log::targets(ours))
        // It logs an argument that it does not know.
        .with_target("tauri_plugin_deep_link", LevelFilter::ERROR)
}

#[cfg(test)]
mod tests {
    use tracing::{Level, level_filters::LevelFilter};

    use super::targets;

    // rule: N5
    #[test]
    fn what_would_tell_secrets_is_silent_however_much_we_log() {
        let targets = targets(LevelFilter::TRACE);
        assert!(targets.would_enable("drawbridge_desktop::run", &Level::TRACE));
        assert!(!targets.would_enable("rmcp::transport::worker", &Level::ERROR));
        assert!(!targets.would_enable("reqwest::connect", &Level::INFO));
        assert!(!targets.would_enable("tauri_plugin_deep_link", &Level::WARN));
    }
}
