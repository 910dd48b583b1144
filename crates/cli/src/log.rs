//! What is logged with `-v`, and what never is.

use drawbridge_engine::log::{self, LIBRARIES};
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

fn targets(ours: LevelFilter) -> Targets {
    Targets::new()
        .with_default(LIBRARIES)
        .with_targets(log::targets(ours))
}

#[cfg(test)]
mod tests {
    use tracing::{Level, level_filters::LevelFilter};

    use super::targets;

    // rule: N5
    #[test]
    fn what_would_tell_secrets_is_silent_however_much_we_log() {
        let targets = targets(LevelFilter::TRACE);
        assert!(targets.would_enable("drawbridge_engine::sign_in", &Level::TRACE));
        assert!(!targets.would_enable("rmcp::transport::worker", &Level::ERROR));
        assert!(!targets.would_enable("reqwest::connect", &Level::INFO));
    }
}
