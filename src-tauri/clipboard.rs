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

/// Puts a picture there, as PNG. GTK would make that anew each time somebody asks for it, while no window moves.
#[cfg(target_os = "linux")]
pub(crate) fn write_picture<R: Runtime>(app: &AppHandle<R>, picture: Pixels) -> tauri::Result<()> {
    use gtk::{TargetEntry, TargetFlags};

    let png = png(picture).map_err(std::io::Error::other)?;
    app.run_on_main_thread(move || {
        let kinds = [TargetEntry::new("image/png", TargetFlags::empty(), 0)];
        of_the_screen().set_with_data(&kinds, move |_, asked, _| {
            asked.set(&asked.target(), 8, &png);
        });
    })
}

#[cfg(target_os = "linux")]
fn png(picture: Pixels) -> Result<Vec<u8>, gtk::glib::Error> {
    use gtk::gdk_pixbuf::{Colorspace, Pixbuf};

    let bytes = gtk::glib::Bytes::from_owned(picture.rgba);
    let [width, height] = [picture.width, picture.height].map(u32::cast_signed);
    let picture = Pixbuf::from_bytes(&bytes, Colorspace::Rgb, true, 8, width, height, 4 * width);
    picture.save_to_bufferv("png", &[])
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
