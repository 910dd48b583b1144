//! Servers: the list, what is typed into it, and what is shown of it.

mod address;
mod challenge;
mod change;
mod credentials;
mod detect;
mod headers;
mod live;
mod options;
mod order;
mod status;
mod views;

pub use address::server_url;
pub(crate) use address::{checked_name, suggested_name};
pub(crate) use challenge::{met_challenge, remember_challenge};
pub(crate) use change::{add, add_switched, change, forget, remove};
pub(crate) use credentials::{CLIENT_KEY, CLIENT_SECRET, credential};
pub(crate) use detect::{Discovery, detect, discover};
pub(crate) use headers::{checked_header, configured_headers};
pub(crate) use live::{Attempt, Live, LiveState, Occasion, Trouble};
pub(crate) use options::checked_metadata_url;
pub(crate) use order::{move_server, publish_order};
pub(crate) use status::{KEY_REFUSED, waits_for_access};
pub(crate) use views::{shown_scopes, stored_view};
