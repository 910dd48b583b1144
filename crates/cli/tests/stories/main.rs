//! The real program, started as a person or a script starts it, against the sample servers.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test ends where its ground gives way"
)]

mod add;
mod all_data;
mod calls;
mod crash;
mod damage;
mod desk;
mod doctor;
mod endings;
mod journey;
mod late;
mod own_client;
mod paste;
mod schema;
mod secrets;
mod stopped;
mod third_party;
mod together;
mod unwritten;
mod walk;
