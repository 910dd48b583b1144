#![doc = include_str!("../README.md")]

mod app;
mod desk;
mod paths;
mod process;
mod screen;
mod wait;

pub use app::{App, AppBuilder, Moment, Outcome, Popup};
pub use desk::{Browser, Desk, DeskBuilder, FileManager, Notification, Notifier, Panel};
pub use fantoccini;
pub use paths::{screens, tool, workspace};
pub use process::Process;
pub use screen::{Changes, Picture, Screen};
pub use wait::{in_time, wait_until};
