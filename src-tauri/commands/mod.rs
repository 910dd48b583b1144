//! What the front end may ask for: parse, call the engine, map the error. Nothing is decided here.

mod activity;
mod catalogue;
mod desktop;
mod import;
pub mod names;
mod preferences;
mod questions;
mod registry;
mod servers;
mod sign_in;
mod tools;
mod updates;
mod vault;

use tauri::{Builder, Runtime};

/// Adds all commands, one plugin a domain.
#[must_use]
pub fn register<R: Runtime>(builder: Builder<R>) -> Builder<R> {
    builder
        .plugin(servers::plugin())
        .plugin(sign_in::plugin())
        .plugin(preferences::plugin())
        .plugin(questions::plugin())
        .plugin(desktop::plugin())
        .plugin(tools::plugin())
        .plugin(activity::plugin())
        .plugin(vault::plugin())
        .plugin(import::plugin())
        .plugin(registry::plugin())
        .plugin(catalogue::plugin())
        .plugin(updates::plugin())
}
