//! The test kit itself is honest: what it claims to check, it checks.
#![expect(clippy::unwrap_used, reason = "a helper of a test fails with it")]

mod client;
mod codes;
mod knobs;
mod protocol;
mod refresh;
mod resource;
mod third_party;
