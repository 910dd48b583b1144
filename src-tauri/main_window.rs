//! The main window: the settings pane, and nowhere else.

use tauri::{
    AppHandle, Manager as _, Runtime, UserAttentionType, WebviewWindow, WebviewWindowBuilder,
    utils::config::WindowConfig,
    webview::{NewWindowResponse, PageLoadEvent, PermissionResponse},
};
use url::Url;

use crate::{
    preferences::{self, Preferences},
    theme,
    tray::Tray,
    url_shape::UrlShape,
    window_state,
};

/// Label of the main window, the only one with a capability.
pub const MAIN: &str = "main";

/// Makes the main window; it shows itself when its page is there, unless it is to stay `hidden`.
///
/// Its page gives a person `hint_after` seconds to come back from a sign-in, or its own time.
pub(crate) fn create<R: Runtime>(
    app: &AppHandle<R>,
    hint_after: Option<u32>,
    hidden: bool,
) -> tauri::Result<()> {
    let desktop = app.state::<Preferences>().now();
    let windows = &app.config().app.windows;
    let config = windows
        .iter()
        .find(|window| window.label == MAIN)
        .ok_or(tauri::Error::WindowNotFound)?;
    let config = WindowConfig {
        url: preferences::address(&desktop),
        ..config.clone()
    };
    let patience = hint_after.map(|seconds| format!("window.drawbridgeHintSeconds = {seconds}"));
    let window = WebviewWindowBuilder::from_config(app, &config)?
        .initialization_script(patience.unwrap_or_default())
        .on_navigation(|url| {
            let home = is_home(url);
            if !home {
                tracing::warn!(
                    "main window stays at home, not going to {}",
                    UrlShape(url.as_str())
                );
            }
            home
        })
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .on_permission_request(|_, _| PermissionResponse::Deny)
        .on_page_load(move |window, page| {
            // Another language is another load, of a window that is there.
            if page.event() == PageLoadEvent::Finished && !hidden {
                theme::colour(&window, true);
            }
        })
        .build()?;
    theme::apply_to(&window);
    #[cfg(target_os = "linux")]
    window.with_webview(|view| {
        cache_nothing(&view.inner());
        paint_without_gpu(&view.inner());
    })?;
    Ok(())
}

/// Keeps the addresses of pages out of a cache on the disk: those of sign-in pages hold secrets,
/// and the pane comes from the program itself.
#[cfg(target_os = "linux")]
fn cache_nothing(view: &webkit2gtk::WebView) {
    use webkit2gtk::{CacheModel, WebContextExt as _, WebViewExt as _};

    if let Some(context) = view.context() {
        context.set_cache_model(CacheModel::DocumentViewer);
    }
}

/// A pane of text is there sooner without OpenGL and takes less memory, and the drivers of some
/// computers leave windows blank. Sign-in pages may want more, and keep it; so does a window
/// that is driven by `WebDriver`, whose screenshots never end without.
#[cfg(target_os = "linux")]
fn paint_without_gpu(view: &webkit2gtk::WebView) {
    use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt as _, WebViewExt as _};

    let settings = view
        .settings()
        .filter(|_| !view.is_controlled_by_automation());
    if let Some(settings) = settings {
        settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
    }
}

/// Brings the main window to the person.
pub(crate) fn focus<R: Runtime>(app: &AppHandle<R>) {
    if let Some(window) = app.get_webview_window(MAIN) {
        let shown = window
            .unminimize()
            .and_then(|()| window.show())
            .and_then(|()| window.set_focus());
        log_failure("bring the main window to the front", shown);
    }
}

/// Brings the main window to the person, if it is behind the tray.
#[cfg(target_os = "linux")]
pub(crate) fn come_out<R: Runtime>(app: &AppHandle<R>) {
    if app
        .get_webview_window(MAIN)
        .is_some_and(|main| is_hidden(&main))
    {
        focus(app);
    }
}

fn is_hidden<R: Runtime>(window: &WebviewWindow<R>) -> bool {
    window.is_visible().is_ok_and(|visible| !visible)
}

/// Asks the person to look at the main window, without taking the focus from what they do. One that
/// is behind the tray could ask nobody, and comes out.
pub(crate) fn call_for_attention<R: Runtime>(app: &AppHandle<R>) {
    if let Some(window) = app.get_webview_window(MAIN) {
        if is_hidden(&window) {
            return focus(app);
        }
        let asked = window.request_user_attention(Some(UserAttentionType::Informational));
        log_failure("ask for attention", asked);
    }
}

/// Puts the main window behind the tray, if the person keeps it there and there is a tray; tells
/// whether it went.
pub(crate) fn hide<R: Runtime>(app: &AppHandle<R>) -> bool {
    let goes = app.state::<Preferences>().now().keep_in_tray && app.state::<Tray<R>>().put_up();
    if goes && let Some(window) = app.get_webview_window(MAIN) {
        log_failure("hide the main window", window.hide());
    }
    goes
}

/// Ends the program, by way of its window, when whoever asked has its answer.
pub(crate) fn quit<R: Runtime>(app: &AppHandle<R>) {
    if let Some(window) = app.get_webview_window(MAIN) {
        let asked = app.run_on_main_thread(move || {
            // One behind the tray was remembered on its way there, and tells nothing true any more.
            if !is_hidden(&window) {
                window_state::save(window.app_handle());
            }
            log_failure("close the main window", window.destroy());
        });
        log_failure("close the main window", asked);
    }
}

/// Forgets what pages have stored in the web view.
pub(crate) fn forget_pages<R: Runtime>(app: &AppHandle<R>) {
    if let Some(window) = app.get_webview_window(MAIN) {
        let forgotten = window.clear_all_browsing_data();
        log_failure("forget what pages have stored", forgotten);
    }
}

fn is_home(url: &Url) -> bool {
    match (url.scheme(), url.host_str()) {
        ("tauri", Some("localhost")) => true,
        // Windows serves the bundle under this name.
        ("http" | "https", Some("tauri.localhost")) => cfg!(windows),
        _ => false,
    }
}

/// What a window did not do is logged, and nothing ends with it.
pub(crate) fn log_failure(what: &str, outcome: tauri::Result<()>) {
    if let Err(error) = outcome {
        tracing::warn!("could not {what}: {error}");
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::is_home;

    #[rstest]
    #[case("tauri://localhost/", true)]
    #[case("tauri://localhost/index.html#tools", true)]
    #[case("tauri://elsewhere/", false)]
    #[case("https://login.example/", false)]
    #[case("http://127.0.0.1:8080/", false)]
    #[case("http://localhost:5173/", false)]
    #[case("about:blank", false)]
    #[case("data:text/html,hello", false)]
    #[case("file:///etc/passwd", false)]
    #[case("dev.drawbridge.desktop:/oauth/callback", false)]
    fn the_main_window_goes_nowhere_but_home(#[case] url: &str, #[case] home: bool) {
        assert_eq!(is_home(&url.parse().unwrap()), home);
    }
}
