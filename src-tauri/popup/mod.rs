//! Where sign-in pages are shown: popups, one window per attempt, with storage of their own and no
//! right to call the app; or the person's browser.

pub mod navigation;
mod open_popups;
pub(crate) mod pages;
mod place;
mod refusing;
#[cfg(test)]
mod tests;
mod window;

use std::sync::Arc;

use drawbridge_engine::{AttemptId, SignInPrompt, SignInSurface, view::Surface};
use tauri::{AppHandle, Manager as _, Runtime, WebviewWindow};

use self::{open_popups::OpenPopups, pages::Pages};
use crate::{browser, deep_link, environment::Environment, events, opening::Opening};

/// All sign-in pages of the program.
pub(crate) struct Popups<R: Runtime> {
    app: AppHandle<R>,
    shared: bool,
    links: bool,
    pages: Pages,
    open: Arc<OpenPopups>,
}

impl<R: Runtime> Clone for Popups<R> {
    fn clone(&self) -> Self {
        Self {
            app: self.app.clone(),
            shared: self.shared,
            links: self.links,
            pages: self.pages.clone(),
            open: Arc::clone(&self.open),
        }
    }
}

impl<R: Runtime> Popups<R> {
    /// No popup yet.
    pub(crate) fn new(app: &AppHandle<R>, environment: &Environment, pages: Pages) -> Self {
        Self {
            app: app.clone(),
            shared: environment.popup_shared,
            links: deep_link::come_to(environment),
            pages,
            open: Arc::default(),
        }
    }

    /// What their pages may keep.
    pub(crate) fn pages(&self) -> &Pages {
        &self.pages
    }

    /// Brings the page of an attempt to the person once more; answers whether there is one.
    pub(crate) fn show_again(&self, attempt: &AttemptId) -> bool {
        let prompt = self.open.prompt(attempt);
        let known = prompt.is_some();
        if let Some(prompt) = prompt {
            self.show(prompt);
        }
        known
    }

    fn show(&self, prompt: SignInPrompt) {
        match prompt.surface {
            Surface::Popup => self.in_a_window(prompt),
            Surface::Browser => self.in_the_browser(prompt),
        }
    }

    /// Opens the popup of an attempt, or brings it to the front.
    fn in_a_window(&self, prompt: SignInPrompt) {
        let attempt = &prompt.attempt;
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
        if !self.open.put(attempt) {
            // It is being made.
            return;
        }
        let popups = self.clone();
        // Making a window waits for the main thread: not on a thread of the engine.
        tauri::async_runtime::spawn_blocking(move || popups.make(&prompt));
    }

    /// Opens the page in the browser; a popup that was there before is given up.
    fn in_the_browser(&self, prompt: SignInPrompt) {
        self.dismiss(&prompt.attempt);
        let app = self.app.clone();
        // Starting a program is for the system to hurry with.
        tauri::async_runtime::spawn_blocking(move || {
            if let Err(failure) = browser::open(&app, prompt.url.as_str()) {
                events::trouble(&app, &prompt.server, failure);
            }
        });
    }

    fn make(&self, prompt: &SignInPrompt) {
        let attempt = &prompt.attempt;
        match window::make(self, prompt) {
            Ok(window) => {
                if !self.open.has(attempt) {
                    // Over before it was there.
                    let _ = window.destroy();
                }
            }
            Err(error) => {
                tracing::warn!(%attempt, "no sign-in window, so the browser: {error}");
                self.open.take(attempt);
                self.hand_over(attempt);
            }
        }
    }

    /// The page of a popup works in a browser alone. Once: its frames and further pages would open the browser
    /// again and again.
    fn leave_to_browser(&self, attempt: &AttemptId) {
        if self.open.take(attempt) {
            tracing::info!(%attempt, "the page works in a browser alone: it takes over");
            self.hand_over(attempt);
        }
    }

    /// The page cannot be shown in a window: the browser takes over, in the same attempt.
    fn hand_over(&self, attempt: &AttemptId) {
        let Some(engine) = self.app.state::<Opening>().engine_now() else {
            return;
        };
        let attempt = attempt.clone();
        tauri::async_runtime::spawn(async move {
            if let Err(error) = engine.hand_over(&attempt).await {
                tracing::warn!(%attempt, code = error.code(), "the browser did not take over");
            }
        });
    }

    /// The page of `attempt` closes itself, which is as good as the person.
    fn close_with_its_page(&self, attempt: &AttemptId) {
        if let Some(window) = self.window(attempt) {
            // The webview is in the middle of asking.
            tauri::async_runtime::spawn(async move { window.close() });
        }
    }

    /// The window of `attempt` is gone. If nobody closed it on purpose, the person did.
    fn gone(&self, attempt: &AttemptId) {
        let by_person = self.open.take(attempt);
        let popups = self.clone();
        // Files are not for the thread of the user interface.
        tauri::async_runtime::spawn_blocking(move || {
            let open = &popups.open;
            popups.pages.keep_only_open(|attempt| open.has(attempt));
        });
        if !by_person {
            return;
        }
        if let Some(engine) = self.app.state::<Opening>().engine_now() {
            let attempt = attempt.clone();
            tauri::async_runtime::spawn(async move { engine.window_closed(&attempt) });
        }
    }

    /// Closes the popup of an attempt; that cancels nothing.
    fn dismiss(&self, attempt: &AttemptId) {
        self.open.take(attempt);
        if let Some(window) = self.window(attempt)
            && let Err(error) = window.destroy()
        {
            tracing::warn!(%attempt, "the sign-in window could not be closed: {error}");
        }
    }

    fn window(&self, attempt: &AttemptId) -> Option<WebviewWindow<R>> {
        self.app.get_webview_window(&label(attempt))
    }
}

impl<R: Runtime> SignInSurface for Popups<R> {
    fn open(&self, prompt: SignInPrompt) {
        self.open.remember(&prompt);
        self.show(prompt);
    }

    fn close(&self, attempt: &AttemptId) {
        self.open.forget(attempt);
        self.dismiss(attempt);
    }

    fn receives_deep_links(&self) -> bool {
        self.links
    }
}

fn label(attempt: &AttemptId) -> String {
    format!("sign-in-{attempt}")
}
