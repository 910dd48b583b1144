//! The engine from outside, against the sample servers, on a real SQLite file.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "the furniture of the stories is test code too"
)]

mod connect;
mod desk;
mod endings;
mod grants;
mod import;
mod loopback;
mod metadata;
mod network;
mod races;
mod redirects;
mod registration;
mod secrets;
mod servers;
mod storage;
mod tools;
