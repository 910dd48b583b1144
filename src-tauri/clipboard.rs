//! The person's clipboard. Rust writes to it, since JavaScript has no right to it.

use tauri::{AppHandle, Runtime};

/// Puts a text there.
///
/// GTK knows the clipboard of its screen, whichever that is; the plugin would ask X11 and Wayland by itself, and
/// with it comes a library for each.
#[cfg(target_os = "linux")]
pub(crate) fn write<R: Runtime>(app: &AppHandle<R>, text: String) -> tauri::Result<()> {
    app.run_on_main_thread(move || {
        gtk::Clipboard::get(&gtk::gdk::SELECTION_CLIPBOARD).set_text(&text);
    })
}

/// Puts a text there.
#[cfg(not(target_os = "linux"))]
pub(crate) fn write<R: Runtime>(
    app: &AppHandle<R>,
    text: String,
) -> tauri_plugin_clipboard_manager::Result<()> {
    use tauri_plugin_clipboard_manager::ClipboardExt as _;

    app.clipboard().write_text(text)
}
