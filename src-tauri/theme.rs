//! Light or dark: the main window around its page.

use drawbridge_engine::view::Theme;
use tauri::{AppHandle, Manager as _, Runtime, WebviewWindow, webview::Color};

use crate::{
    main_window::{MAIN, log_failure},
    preferences::Preferences,
};

const IS_DARK: &str = "matchMedia('(prefers-color-scheme: dark)').matches";
/// `--panel` of the front end's style sheet, so that nothing flashes before the page is painted.
const LIGHT: Color = Color(0xff, 0xff, 0xff, 0xff);
const DARK: Color = Color(0x1f, 0x20, 0x26, 0xff);

/// Gives the window the theme that the person wants.
pub(crate) fn apply<R: Runtime>(app: &AppHandle<R>) {
    if let Some(window) = app.get_webview_window(MAIN) {
        apply_to(&window);
    }
}

/// The same for a window that has just been made.
pub(crate) fn apply_to<R: Runtime>(window: &WebviewWindow<R>) {
    // On Linux the frame is the desktop's own; what is set there cannot be given back to it.
    if !cfg!(target_os = "linux") {
        let theme = match window.state::<Preferences>().now().theme {
            Theme::System => None,
            Theme::Light => Some(tauri::Theme::Light),
            Theme::Dark => Some(tauri::Theme::Dark),
        };
        log_failure("give the main window its theme", window.set_theme(theme));
    }
    colour(window, false);
}

/// Gives the window the colour of its page, then shows it, if that is wanted.
pub(crate) fn colour<R: Runtime>(window: &WebviewWindow<R>, then_show: bool) {
    let is_dark = match window.state::<Preferences>().now().theme {
        Theme::Light => "false",
        Theme::Dark => "true",
        // The page alone knows.
        Theme::System => IS_DARK,
    };
    let page = window.clone();
    let asked = window.eval_with_callback(is_dark, move |dark| {
        let colour = if dark == "true" { DARK } else { LIGHT };
        log_failure(
            "colour the main window",
            page.set_background_color(Some(colour)),
        );
        if then_show {
            log_failure("show the main window", page.show());
        }
    });
    if asked.is_err() && then_show {
        log_failure("show the main window", window.show());
    }
}
