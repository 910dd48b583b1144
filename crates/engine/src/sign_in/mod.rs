//! From *Connect* to a grant: discovery, registration, the attempt, and the way back.

mod begin;
mod cancel;
mod client;
mod complete;
mod discovery;
mod probe;
mod surface;

pub(crate) use begin::{Registering, begin};
pub(crate) use cancel::{cancel, cancel_quietly, window_closed};
pub(crate) use client::{StoredClient, stored_client};
pub(crate) use complete::receive_callback;
pub(crate) use probe::{ProbeAnswer, probe};
pub use surface::{SignInPrompt, SignInSurface};
