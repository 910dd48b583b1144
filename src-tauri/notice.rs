//! Desktop notifications.

use tauri::{AppHandle, Runtime};
use tauri_plugin_notification::NotificationExt as _;

use crate::main_window;

/// A click on a notification brings the main window to the front.
pub(crate) fn listen<R: Runtime>(app: &AppHandle<R>) {
    let handle = app.clone();
    if let Err(error) = app
        .notification()
        .on_action(move |_| main_window::focus(&handle))
    {
        tracing::debug!("clicks on notifications are not told: {error}");
    }
}

/// A grant needs the person. The engine says so once an episode, so this is no storm (rule G9).
pub(crate) fn sign_in_again<R: Runtime>(app: &AppHandle<R>, server: &str) {
    show(
        app,
        format!("Sign in to {server} again"),
        "Drawbridge is no longer allowed to use it. Open Drawbridge to reconnect.",
    );
}

/// A server wants more than the person gave; told once for each thing that it wants (rule G7).
pub(crate) fn more_access<R: Runtime>(app: &AppHandle<R>, server: &str) {
    show(
        app,
        format!("{server} asks for more access"),
        "A tool needs it. Open Drawbridge to review what it asks for.",
    );
}

fn show<R: Runtime>(app: &AppHandle<R>, title: String, body: &str) {
    let shown = app.notification().builder().title(title).body(body).show();
    if let Err(error) = shown {
        tracing::warn!("no notification could be shown: {error}");
    }
}
