//! What the programs of the measurements say to each other, and what some of them share.

pub mod bare;
pub mod contender;
pub mod distance;
pub mod lines;
pub mod server;
