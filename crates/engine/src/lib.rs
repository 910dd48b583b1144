#![doc = include_str!("../README.md")]

mod activity;
mod call;
mod catalogue;
mod clock;
mod connection;
mod core;
mod delete_all;
pub mod doctor;
mod engine;
mod error;
mod event;
mod export;
#[cfg(fuzzing)]
pub mod fuzzing;
mod grant;
mod ids;
pub mod import;
mod keys;
mod kill_point;
mod limits;
mod metadata_cache;
mod neighbours;
mod open_files;
mod place;
mod preferences;
mod question;
pub mod registry;
mod server;
pub mod session;
mod sign_in;
mod store;
mod surroundings;
pub mod vault;
pub mod view;

pub use crate::catalogue::{Catalogue, Stored};
pub use crate::clock::Clock;
pub use crate::engine::{Engine, EngineOptions};
pub use crate::error::Error;
pub use crate::ids::{AttemptId, ServerId};
pub use crate::keys::PinnedKey;
pub use crate::limits::Limits;
pub use crate::place::{IDENTIFIER, PAGES, data_folder, kept_aside};
pub use crate::preferences::stored_preferences;
pub use crate::sign_in::{SignInPrompt, SignInSurface};
pub use drawbridge_oauth::is_hidden;
