//! How the main window was left, for the next start. Whether it shows, the shell decides.

use tauri::{AppHandle, Runtime, plugin::TauriPlugin};
use tauri_plugin_window_state::{AppHandleExt as _, Builder, StateFlags};

use crate::main_window::MAIN;

const KEPT: StateFlags = StateFlags::SIZE
    .union(StateFlags::POSITION)
    .union(StateFlags::MAXIMIZED);

/// The main window alone is remembered.
pub(crate) fn plugin<R: Runtime>() -> TauriPlugin<R> {
    Builder::new()
        .with_filename("window.json")
        .with_filter(|label| label == MAIN)
        .with_state_flags(KEPT)
        .build()
}

/// Remembers it as it is: one that nobody closes is not looked at before it is gone.
pub(crate) fn save<R: Runtime>(app: &AppHandle<R>) {
    if let Err(error) = app.save_window_state(KEPT) {
        tracing::warn!("the main window is not remembered: {error}");
    }
}
