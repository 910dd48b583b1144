//! The test kit itself is honest: what it claims to check, it checks.

mod client;
mod codes;
mod knobs;
mod protocol;
mod refresh;
mod resource;
