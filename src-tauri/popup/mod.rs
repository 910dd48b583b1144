//! Sign-in popups: one window per attempt, with storage of its own and no right to call the app.

pub mod navigation;
mod place;
mod standing;
mod window;

use std::sync::Arc;

use drawbridge_engine::{AttemptId, SignInPrompt, SignInSurface};
use tauri::{AppHandle, Manager as _, Runtime, WebviewWindow};

use self::standing::Standing;
use crate::{browser, opening::Opening};

/// All sign-in popups of the program.
pub(crate) struct Popups<R: Runtime> {
    app: AppHandle<R>,
    shared: bool,
    standing: Arc<Standing>,
}

impl<R: Runtime> Clone for Popups<R> {
    fn clone(&self) -> Self {
        Self {
            app: self.app.clone(),
            shared: self.shared,
            standing: Arc::clone(&self.standing),
        }
    }
}

impl<R: Runtime> Popups<R> {
    /// No popup yet. `shared`: popups share the web context of the main window.
    pub(crate) fn new(app: &AppHandle<R>, shared: bool) -> Self {
        Self {
            app: app.clone(),
            shared,
            standing: Arc::default(),
        }
    }

    /// Opens the popup of an attempt, or brings it to the front.
    pub(crate) fn show(&self, attempt: &AttemptId, url: String) {
        if let Some(window) = self.window(attempt) {
            let shown = window
                .unminimize()
                .and_then(|()| window.show())
                .and_then(|()| window.set_focus());
            if let Err(error) = shown {
                tracing::warn!(%attempt, "the sign-in window could not be shown: {error}");
            }
            return;
        }
        if !self.standing.put(attempt) {
            // It is being made.
            return;
        }
        let (popups, attempt) = (self.clone(), attempt.clone());
        // Making a window waits for the main thread: not on a thread of the engine.
        tauri::async_runtime::spawn_blocking(move || popups.make(&attempt, &url));
    }

    /// Closes the popup of an attempt; that cancels nothing.
    pub(crate) fn dismiss(&self, attempt: &AttemptId) {
        self.standing.take(attempt);
        if let Some(window) = self.window(attempt)
            && let Err(error) = window.destroy()
        {
            tracing::warn!(%attempt, "the sign-in window could not be closed: {error}");
        }
    }

    fn make(&self, attempt: &AttemptId, url: &str) {
        match window::make(self, attempt, url) {
            Ok(window) => {
                if !self.standing.has(attempt) {
                    // Over before it was there.
                    let _ = window.destroy();
                }
            }
            Err(error) => {
                tracing::warn!(%attempt, "no sign-in window, so the browser: {error}");
                self.standing.take(attempt);
                // Failing that too leaves the attempt waiting, with its link to copy.
                let _ = browser::open(&self.app, url);
            }
        }
    }

    /// The window of `attempt` is gone. If nobody closed it on purpose, the person did.
    fn gone(&self, attempt: &AttemptId) {
        if !self.standing.take(attempt) {
            return;
        }
        if let Some(engine) = self.app.state::<Opening>().engine_now() {
            let attempt = attempt.clone();
            tauri::async_runtime::spawn(async move { engine.window_closed(&attempt) });
        }
    }

    fn window(&self, attempt: &AttemptId) -> Option<WebviewWindow<R>> {
        self.app.get_webview_window(&label(attempt))
    }
}

impl<R: Runtime> SignInSurface for Popups<R> {
    fn open(&self, prompt: SignInPrompt) {
        self.show(&prompt.attempt, prompt.url.as_str().to_owned());
    }

    fn close(&self, attempt: &AttemptId) {
        self.dismiss(attempt);
    }
}

fn label(attempt: &AttemptId) -> String {
    format!("sign-in-{attempt}")
}
