//! The person's clipboard. Rust writes to it, since JavaScript has no right to it.

use tauri::{AppHandle, Runtime};

use crate::pixels::Pixels;

/// Puts a text there.
///
/// GTK knows the clipboard of its screen, whichever that is; the plugin would ask X11 and Wayland by itself, and
/// with it comes a library for each.
#[cfg(target_os = "linux")]
pub(crate) fn write<R: Runtime>(app: &AppHandle<R>, text: String) -> tauri::Result<()> {
    app.run_on_main_thread(move || of_the_screen().set_text(&text))
}

/// Puts a picture there.
#[cfg(target_os = "linux")]
pub(crate) fn write_picture<R: Runtime>(app: &AppHandle<R>, picture: Pixels) -> tauri::Result<()> {
    use gtk::{
        gdk_pixbuf::{Colorspace, Pixbuf},
        glib::Bytes,
    };

    let Pixels {
        width,
        height,
        rgba,
    } = picture;
    let [width, height] = [width, height].map(u32::cast_signed);
    app.run_on_main_thread(move || {
        let bytes = Bytes::from_owned(rgba);
        let picture =
            Pixbuf::from_bytes(&bytes, Colorspace::Rgb, true, 8, width, height, 4 * width);
        of_the_screen().set_image(&picture);
    })
}

#[cfg(target_os = "linux")]
fn of_the_screen() -> gtk::Clipboard {
    gtk::Clipboard::get(&gtk::gdk::SELECTION_CLIPBOARD)
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

/// Puts a picture there.
#[cfg(not(target_os = "linux"))]
pub(crate) fn write_picture<R: Runtime>(
    app: &AppHandle<R>,
    picture: Pixels,
) -> tauri_plugin_clipboard_manager::Result<()> {
    use tauri_plugin_clipboard_manager::ClipboardExt as _;

    let image = tauri::image::Image::new_owned(picture.rgba, picture.width, picture.height);
    app.clipboard().write_image(&image)
}
