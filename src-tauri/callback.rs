//! The one way back: every callback URL, from wherever it came, goes to the engine.

use drawbridge_engine::ServerId;
use tauri::{AppHandle, Manager as _, Runtime};

use crate::{failure::Answer, main_window, opening::Opening, url_shape::UrlShape};

/// Where a callback came in; it makes no difference to what becomes of it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Door {
    /// The navigation of a sign-in popup.
    Popup,
    /// The operating system, to the running program or by starting it.
    DeepLink,
    /// The person's clipboard.
    Paste,
}

/// Hands a callback over without waiting for what comes of it: that is told by events.
pub(crate) fn deliver<R: Runtime>(app: &AppHandle<R>, url: String, door: Door) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        // A failure was logged, and there is nobody else to tell.
        let _ = receive(&app, &url, door).await;
    });
}

/// Hands a callback over, and brings the person back to the main window when it was one of ours.
pub(crate) async fn receive<R: Runtime>(
    app: &AppHandle<R>,
    url: &str,
    door: Door,
) -> Answer<ServerId> {
    let shape = UrlShape(url);
    let engine = app.state::<Opening>().engine().await?;
    match engine.receive_callback(url).await {
        Ok(server) => {
            tracing::info!(?door, %server, "callback {shape} was taken");
            main_window::focus(app);
            Ok(server)
        }
        Err(error) => {
            tracing::warn!(?door, code = error.code(), "callback {shape} was not taken");
            Err(error.into())
        }
    }
}
