#![doc = include_str!("../README.md")]

pub mod auth;
mod canned;
mod gate;
mod journal;
mod kept_port;
pub mod key_pair;
pub mod machine;
pub mod mcp;
mod page;
mod person;
mod proxy;
mod random;
mod sample;
mod secrets;
mod serve;
mod shared;
pub mod third_party;
mod tls;
mod wait;

pub use auth::{AuthBehaviour, AuthServer, Counters};
pub use canned::Canned;
pub use gate::Gate;
pub use journal::{Peer, Seen};
pub use kept_port::KeptPort;
pub use mcp::{Calls, McpBehaviour, McpServer};
pub use person::{Person, PersonError};
pub use proxy::Proxy;
pub use sample::{Sample, SampleBuilder};
pub use tls::TlsFront;
