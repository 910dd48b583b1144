//! What is logged with `-v`, and what never is.

use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Logs to standard error: nothing, what Drawbridge does (`-v`), or every step of it (`-vv`).
pub(crate) fn begin(verbose: u8) {
    let level = match verbose {
        0 => return,
        1 => LevelFilter::INFO,
        2 => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    };
    let to_stderr = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .with_filter(targets(level));
    tracing_subscriber::registry().with(to_stderr).init();
}

/// Nothing makes the libraries underneath say more: their debug output carries headers and URLs
/// (rule N5).
fn targets(ours: LevelFilter) -> Targets {
    Targets::new()
        .with_default(LevelFilter::WARN)
        .with_target("drawbridge", ours)
        // It logs a request that failed together with its headers.
        .with_target("rmcp", LevelFilter::OFF)
}

#[cfg(test)]
mod tests {
    use tracing::{Level, level_filters::LevelFilter};

    use super::targets;

    // rule: N5
    #[test]
    fn libraries_that_would_tell_secrets_are_silent_however_much_we_log() {
        let targets = targets(LevelFilter::TRACE);
        assert!(targets.would_enable("drawbridge_engine::sign_in", &Level::TRACE));
        assert!(!targets.would_enable("rmcp::transport::worker", &Level::ERROR));
        assert!(!targets.would_enable("reqwest::connect", &Level::INFO));
        assert!(!targets.would_enable("hyper_util::client", &Level::DEBUG));
    }
}
