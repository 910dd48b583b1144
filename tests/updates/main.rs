//! New versions of the program: real requests, real signatures, and a file that is really replaced, as
//! an `AppImage` is. What happens on a screen is left out.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends where its ground gives way"
)]

mod honest;
mod hostile;
mod installer;
mod maker;
mod server;
#[path = "../shell/mod.rs"]
mod shell;
mod signing_in;
mod world;
