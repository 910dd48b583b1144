//! Drawbridge with a face: windows, commands, events, deep links and notifications over
//! [`drawbridge_engine`]. It knows nothing of OAuth, and no token ever reaches it.

mod answer_file;
mod arguments;
mod browser;
mod callback;
mod clipboard;
pub mod commands;
mod deep_link;
#[cfg(target_os = "linux")]
mod desktop_entry;
pub mod downloads;
#[cfg(test)]
mod engine_in_tests;
mod environment;
mod events;
mod export_file;
mod failure;
mod file_manager;
mod log;
mod main_window;
mod notice;
pub mod opening;
mod pixels;
pub mod popup;
pub mod preferences;
mod run;
mod second_start;
mod show;
mod start;
mod start_at_login;
mod theme;
mod tray;
pub mod update;
pub mod url_shape;
mod window_state;
mod words;

pub use failure::Failure;
pub use main_window::MAIN;
pub use run::{context, run};
