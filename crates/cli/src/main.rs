//! The command's process.

use std::process::ExitCode;

fn main() -> ExitCode {
    drawbridge_cli::run().into()
}
