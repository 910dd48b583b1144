//! Those that do the same work, each in processes of its own.

mod home;
mod lines;

pub(crate) use self::{home::Home, lines::Contender};
