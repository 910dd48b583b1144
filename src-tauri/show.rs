//! The way from outside the page to a place in it.

use serde::Serialize;
use tauri::{AppHandle, Runtime};

use crate::{events, main_window};

/// Carries a [`Place`].
const SHOW: &str = "drawbridge://show";

/// What the pane is to bring to the front.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Place {
    /// Left out: the servers that need the person.
    server: Option<String>,
}

/// Brings the window to the person, at this server.
pub(crate) fn server<R: Runtime>(app: &AppHandle<R>, server: &str) {
    at(app, Some(server.to_owned()));
}

/// Brings the window to the person, at the servers that need them.
pub(crate) fn needing<R: Runtime>(app: &AppHandle<R>) {
    at(app, None);
}

fn at<R: Runtime>(app: &AppHandle<R>, server: Option<String>) {
    events::emit(app, SHOW, Place { server });
    main_window::focus(app);
}
