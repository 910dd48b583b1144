//! The main job, end to end: the real window, the real keychain, real servers.

mod adding;
mod attempts;
mod callbacks;
mod grants;
mod keychain;
mod questions;
mod screens;
mod story;
mod surfaces;
mod third_party;
