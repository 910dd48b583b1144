#![doc = include_str!("../README.md")]
#![cfg(target_os = "linux")]

use std::{
    ffi::c_int,
    io::{self, Write as _},
    process::ExitCode,
};

/// Runs the app. Answers what the process ends with.
#[expect(unsafe_code, reason = "no other symbol of the library has this name")]
#[unsafe(no_mangle)]
pub extern "C" fn drawbridge_app() -> c_int {
    c_int::from(drawbridge_desktop::run() != ExitCode::SUCCESS)
}

/// Runs the command with the arguments of the process. Answers what the process ends with.
#[expect(unsafe_code, reason = "no other symbol of the library has this name")]
#[unsafe(no_mangle)]
pub extern "C" fn drawbridge_command() -> c_int {
    let code = drawbridge_cli::run();
    // As Rust's own end does. Whoever has closed the pipe has read enough.
    let _ = io::stdout().flush();
    c_int::from(code)
}
