//! Callbacks that the operating system brings, as links of our own scheme.

use tauri::{
    AppHandle, Runtime,
    utils::{config::BundleType, platform::bundle_type},
};
use tauri_plugin_deep_link::DeepLinkExt as _;

use crate::{
    callback::{self, Door},
    environment::Environment,
};

/// Takes every link that the system brings to the program. Linux and Windows start it with the link as
/// argument.
pub(crate) fn listen<R: Runtime>(app: &AppHandle<R>, environment: &Environment) {
    #[cfg(target_os = "macos")]
    listen_to_the_system(app);
    if come_to(environment) {
        register(app);
    }
}

#[cfg(target_os = "macos")]
fn listen_to_the_system<R: Runtime>(app: &AppHandle<R>) {
    let text = |urls: Vec<url::Url>| urls.into_iter().map(Into::into);
    let links = app.deep_link();
    let handle = app.clone();
    links.on_open_url(move |event| take(&handle, text(event.urls())));
    match links.get_current() {
        Ok(urls) => take(app, text(urls.unwrap_or_default())),
        Err(error) => tracing::warn!("the link that started Drawbridge is unreadable: {error}"),
    }
}

/// Hands links over.
pub(crate) fn take<R: Runtime>(app: &AppHandle<R>, links: impl IntoIterator<Item = String>) {
    for link in links {
        callback::deliver(app, link, Door::DeepLink);
    }
}

/// Whether links come to this program. The system starts programs without the variable that says where the
/// data are: on other data than the person's own, no link ever finds back.
pub(crate) fn come_to(environment: &Environment) -> bool {
    environment.data_folder.is_none()
}

/// Tells the system that our links are ours, where no installer did. Not being able to is no
/// reason not to run: popups need no link, and an address can be pasted.
fn register<R: Runtime>(app: &AppHandle<R>) {
    let installed = !matches!(bundle_type(), None | Some(BundleType::AppImage));
    if installed || cfg!(target_os = "macos") {
        return;
    }
    let app = app.clone();
    // It runs programs of the desktop, and the window does not wait for them.
    tauri::async_runtime::spawn_blocking(move || match app.deep_link().register_all() {
        Ok(()) => tracing::debug!("links of our scheme come to this program"),
        Err(error) => tracing::warn!("links of our scheme do not come to us: {error}"),
    });
}
