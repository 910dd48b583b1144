//! The engine from outside, against the sample servers, on a real SQLite file.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "the furniture of the stories is test code too"
)]

mod account;
mod activity;
mod adversary;
mod away;
mod called_once;
mod client_credentials;
mod clock;
mod connect;
mod damage;
mod desk;
mod detection;
mod endings;
mod exports;
#[cfg(unix)]
mod found_configs;
mod grants;
mod health;
mod host;
mod import;
mod issuers;
mod late_challenge;
mod listed;
mod loopback;
mod metadata;
mod migrations;
mod model;
mod moved;
mod moved_endpoint;
mod neighbours;
mod network;
mod new_key;
mod order;
mod patience;
mod private_network;
mod prompts;
mod put_off;
mod questions;
mod quirks;
mod races;
mod redirects;
mod registration;
mod registry;
mod repeated;
mod secrets;
mod servers;
mod step_up;
mod storage;
mod storing;
mod storms;
mod tools;
mod two_processes;
mod unread;
mod wild;
mod withdrawn;
