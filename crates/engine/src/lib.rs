#![doc = include_str!("../README.md")]

pub mod vault;
pub mod view;
