//! What comes from standard input, to its end.

use std::io::{self, IsTerminal as _};

use tokio::task::spawn_blocking;

use crate::output::Output;

/// The keys that end what is typed.
const END: &str = if cfg!(windows) {
    "Ctrl-Z and Enter"
} else {
    "Ctrl-D"
};

/// All of it. Whoever sits at a terminal is told `what` to type, and how it ends.
pub(crate) async fn all(what: &str, output: &Output) -> io::Result<String> {
    if io::stdin().is_terminal() {
        output.say(&format!("Type {what}, then {END} in a line of its own:"));
    }
    // A read cannot be cut short: on a thread of its own, nobody has to wait for it.
    spawn_blocking(|| io::read_to_string(io::stdin())).await?
}
