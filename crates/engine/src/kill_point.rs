//! Where a test ends the whole process, as a crash or a loss of power would.

/// Names the place to die at; read in builds with debug assertions alone, so by no release.
const KILL_AT: &str = "DRAWBRIDGE_KILL_AT";

/// Kills this process if a test has named this place. Nothing of it is in a release.
pub(crate) fn kill_point(place: &str) {
    if cfg!(debug_assertions) && std::env::var_os(KILL_AT).is_some_and(|wanted| wanted == place) {
        // Nothing is cleaned up, and no destructor runs.
        let _ = std::process::Command::new("sh")
            .args(["-c", "kill -KILL $PPID"])
            .status();
        std::process::abort();
    }
}
