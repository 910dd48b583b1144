//! The main job, end to end: the real window, the real keychain, real servers. On Linux alone.
#![cfg(target_os = "linux")]

mod accessible;
mod activity;
mod adding;
mod all_data;
mod attempts;
mod callbacks;
mod copies;
mod desktop;
mod grants;
mod headers;
mod keychain;
mod list;
mod long_list;
mod network;
mod questions;
mod screens;
mod second_start;
mod story;
mod surfaces;
mod third_party;
mod trying;
mod updates;
