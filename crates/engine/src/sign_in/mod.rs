//! From *Connect* to a grant: discovery, registration, the attempt, and the way back.

mod begin;
mod cancel;
mod client;
mod client_credentials;
mod complete;
mod discovery;
mod hand_over;
mod loopback;
mod probe;
mod redirect;
mod register_again;
mod scopes;
mod surface;
mod usable;
mod withdrawn;

pub(crate) use begin::{Registering, begin};
pub(crate) use cancel::{cancel, cancel_quietly, window_closed};
pub(crate) use client::{
    Prospect, StoredClient, not_of_another, prospect, readable_client, stored_client,
};
pub(crate) use complete::receive_callback;
pub(crate) use discovery::{in_turn, leniency, stated};
pub(crate) use hand_over::hand_over;
pub(crate) use probe::{ProbeAnswer, probe};
pub(crate) use redirect::{CALLBACK_PATH, Rung, port_by_hand, redirect_by_hand};
pub(crate) use register_again::register_again;
pub(crate) use scopes::asked_scopes;
pub use surface::{SignInPrompt, SignInSurface};
pub(crate) use usable::leads_on;
pub(crate) use withdrawn::end_if_withdrawn;
