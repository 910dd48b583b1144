//! The main window: the settings pane, and nowhere else.

use tauri::{
    AppHandle, Manager as _, Runtime, UserAttentionType, WebviewWindow, WebviewWindowBuilder,
    webview::{Color, NewWindowResponse, PageLoadEvent, PermissionResponse},
};
use url::Url;

use crate::url_shape::UrlShape;

/// Label of the main window, the only one with a capability.
pub const MAIN: &str = "main";

const IS_DARK: &str = "matchMedia('(prefers-color-scheme: dark)').matches";
/// `--panel` of the front end's style sheet, so that nothing flashes before the page is painted.
const LIGHT: Color = Color(0xff, 0xff, 0xff, 0xff);
const DARK: Color = Color(0x1f, 0x20, 0x26, 0xff);

/// Makes the main window; it shows itself when its page is there.
///
/// Its page gives a person `hint_after` seconds to come back from a sign-in, or its own time.
pub(crate) fn create<R: Runtime>(
    app: &AppHandle<R>,
    hint_after: Option<u32>,
) -> tauri::Result<WebviewWindow<R>> {
    let windows = &app.config().app.windows;
    let config = windows
        .iter()
        .find(|window| window.label == MAIN)
        .ok_or(tauri::Error::WindowNotFound)?;
    let dev_url = app
        .config()
        .build
        .dev_url
        .clone()
        .filter(|_| tauri::is_dev());
    let patience = hint_after.map(|seconds| format!("window.drawbridgeHintSeconds = {seconds}"));
    let window = WebviewWindowBuilder::from_config(app, config)?
        .initialization_script(patience.unwrap_or_default())
        .on_navigation(move |url| {
            let home = is_home(url, dev_url.as_ref());
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
        .on_page_load(|window, page| {
            if page.event() == PageLoadEvent::Finished {
                show(&window);
            }
        })
        .build()?;
    #[cfg(target_os = "linux")]
    cache_nothing(&window)?;
    Ok(window)
}

/// Keeps the addresses of pages out of a cache on the disk: those of sign-in pages hold secrets,
/// and the pane comes from the program itself.
#[cfg(target_os = "linux")]
fn cache_nothing<R: Runtime>(window: &WebviewWindow<R>) -> tauri::Result<()> {
    use webkit2gtk::{CacheModel, WebContextExt as _, WebViewExt as _};

    window.with_webview(|view| {
        if let Some(context) = view.inner().context() {
            context.set_cache_model(CacheModel::DocumentViewer);
        }
    })
}

/// Shows the window in the colour of its page, which alone knows whether it is a dark one.
fn show<R: Runtime>(window: &WebviewWindow<R>) {
    let page = window.clone();
    let asked = window.eval_with_callback(IS_DARK, move |dark| {
        let colour = if dark == "true" { DARK } else { LIGHT };
        log_failure(
            "colour the main window",
            page.set_background_color(Some(colour)),
        );
        log_failure("show the main window", page.show());
    });
    if asked.is_err() {
        log_failure("show the main window", window.show());
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

/// Asks the person to look at the main window, without taking the focus from what they do.
pub(crate) fn call_for_attention<R: Runtime>(app: &AppHandle<R>) {
    if let Some(window) = app.get_webview_window(MAIN) {
        let asked = window.request_user_attention(Some(UserAttentionType::Informational));
        log_failure("ask for attention", asked);
    }
}

fn is_home(url: &Url, dev_url: Option<&Url>) -> bool {
    let bundled = match (url.scheme(), url.host_str()) {
        ("tauri", Some("localhost")) => true,
        // Windows serves the bundle under this name.
        ("http" | "https", Some("tauri.localhost")) => cfg!(windows),
        _ => false,
    };
    bundled || dev_url.is_some_and(|home| home.origin() == url.origin())
}

fn log_failure(what: &str, outcome: tauri::Result<()>) {
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
        assert_eq!(is_home(&url.parse().unwrap(), None), home);
    }

    #[test]
    fn while_developing_home_is_the_development_server() {
        let dev = "http://localhost:5173/".parse().unwrap();
        assert!(is_home(
            &"http://localhost:5173/index.html".parse().unwrap(),
            Some(&dev)
        ));
        assert!(!is_home(
            &"http://localhost:5174/".parse().unwrap(),
            Some(&dev)
        ));
    }
}
