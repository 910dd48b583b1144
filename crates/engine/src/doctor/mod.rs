//! Every step of a sign-in up to the person, walked against a live server: what was found, and what
//! to do. Nobody is signed in, nothing is registered and nothing is stored. The report holds no
//! secret: no configured header is sent, and addresses are shown without their queries.

mod patient;
mod redirect;
mod registration;
mod report;
mod walk;
mod words;

pub(crate) use patient::Patient;
pub use report::{Check, Checkup, Finding, Outcome};
pub(crate) use walk::examine;
pub(crate) use words::{masked, shown, told};
