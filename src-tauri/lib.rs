//! Drawbridge with a face: windows, commands, events, deep links and notifications over
//! [`drawbridge_engine`]. It knows nothing of OAuth, and no token ever reaches it.

mod arguments;
mod browser;
mod callback;
pub mod commands;
mod deep_link;
mod environment;
mod events;
mod failure;
mod log;
mod main_window;
mod notice;
pub mod opening;
pub mod popup;
mod run;
mod start;
pub mod url_shape;

pub use failure::Failure;
pub use main_window::MAIN;
pub use run::{context, run};
