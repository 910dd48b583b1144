//! What happened to each server: told while it happens, kept within bounds, and put into a report.
//!
//! Whoever does something opens a [`Step`] and ends it. Requests are seen by the step's own observer,
//! which is told method, place and status alone; nothing else of them can get in here. Writing to the
//! disk is left to a task of its own ([`Journal`]): nobody waits for it.

mod exchanges;
mod journal;
mod report;
mod step;
mod story;
mod words;

pub(crate) use exchanges::Exchanges;
pub(crate) use journal::Journal;
pub(crate) use report::report;
pub(crate) use step::Step;
pub(crate) use story::Story;
pub(crate) use words::decision;
