//! The window in which a person signs in.

use anyhow::{Context as _, Result};
use fantoccini::{Locator, elements::Element, wd::WindowHandle};
use url::Url;

use super::App;
use crate::wait_until;

/// A sign-in window at the page of an authorization server.
#[derive(Debug)]
pub struct Popup<'a> {
    app: &'a App,
    handle: WindowHandle,
}

impl App {
    /// The sign-in window, as soon as it is open. Of several, the one that opened last.
    pub async fn popup(&self) -> Result<Popup<'_>> {
        let handle = wait_until("a sign-in window", async || {
            Ok(self.popup_handles().await?.pop())
        })
        .await?;
        Ok(Popup { app: self, handle })
    }

    /// All sign-in windows, as soon as there are `count`.
    pub async fn popups(&self, count: usize) -> Result<Vec<Popup<'_>>> {
        let what = format!("{count} sign-in windows");
        let handles = wait_until(&what, async || {
            let handles = self.popup_handles().await?;
            Ok((handles.len() == count).then_some(handles))
        })
        .await?;
        let popups = handles
            .into_iter()
            .map(|handle| Popup { app: self, handle });
        Ok(popups.collect())
    }

    /// Waits until no sign-in window is open.
    pub async fn no_popup(&self) -> Result<()> {
        self.popups(0).await.map(drop)
    }

    async fn popup_handles(&self) -> Result<Vec<WindowHandle>> {
        let mut handles = self.client().windows().await?;
        handles.retain(|handle| *handle != self.main);
        Ok(handles)
    }
}

impl Popup<'_> {
    /// Turns to this window.
    pub async fn focus(&self) -> Result<()> {
        let client = self.app.client();
        client
            .switch_to_window(self.handle.clone())
            .await
            .context("the sign-in window is gone")
    }

    /// Where it is, as soon as it is anywhere.
    pub async fn url(&self) -> Result<Url> {
        wait_until("the sign-in window to be at a page", async || {
            self.focus().await?;
            let url = self.app.client().current_url().await?;
            Ok(url.has_host().then_some(url))
        })
        .await
    }

    /// Waits for an element of its page.
    pub async fn find(&self, selector: &str) -> Result<Element> {
        let what = format!("{selector} in the sign-in window");
        // The page changes as a whole, so nothing in it could tell.
        let found = wait_until(&what, async || {
            self.focus().await?;
            let element = self.app.client().find(Locator::Css(selector)).await?;
            Ok(Some(element))
        });
        match found.await {
            Ok(element) => Ok(element),
            // Not all of the address: a code may be in it.
            Err(error) => match self.url().await {
                Ok(url) => Err(error.context(format!("it is at {}", url.path()))),
                Err(_) => Err(error),
            },
        }
    }

    /// Fills in the login page of the sample server and sends it off.
    pub async fn sign_in(&self, user: &str, password: &str) -> Result<()> {
        self.type_into("#user", user).await?;
        self.type_into("#password", password).await?;
        self.find("#sign-in").await?.click().await?;
        self.find("#allow").await?;
        Ok(())
    }

    /// Types until the field holds it: in a window that has just come up, the engine loses a key now and
    /// then, and a person who sees that types it again.
    pub async fn type_into(&self, selector: &str, text: &str) -> Result<()> {
        let field = self.find(selector).await?;
        wait_until(&format!("{selector} to hold what was typed"), async || {
            field.clear().await?;
            field.send_keys(text).await?;
            let value = field.prop("value").await?;
            Ok((value.as_deref() == Some(text)).then_some(()))
        })
        .await
    }

    /// Says yes at the consent page; the window closes.
    pub async fn allow(self) -> Result<()> {
        self.leave_by("#allow").await
    }

    /// Says no at the consent page; the window closes.
    pub async fn deny(self) -> Result<()> {
        self.leave_by("#deny").await
    }

    /// Clicks what ends the sign-in; the window closes.
    pub async fn leave_by(self, selector: &str) -> Result<()> {
        let button = self.find(selector).await?;
        // The window may be gone before the click could be answered.
        let _ = button.click().await;
        self.gone().await
    }

    /// Closes it as its × does, and waits until it is gone.
    pub async fn close(self) -> Result<()> {
        let url = self.url().await?;
        let origin = url.origin().ascii_serialization();
        // The window manager knows windows by title alone; ours is the origin.
        let window = self.app.windows.titled(&origin).await?;
        self.app.windows.close(&window).await?;
        self.gone().await
    }

    /// Puts it away as its - does, and waits until it is out of sight.
    pub async fn minimize(&self) -> Result<()> {
        self.focus().await?;
        self.app.client().minimize_window().await?;
        self.shows("hidden").await
    }

    /// Waits until the person can see it.
    pub async fn in_sight(&self) -> Result<()> {
        self.shows("visible").await
    }

    async fn shows(&self, state: &str) -> Result<()> {
        let what = format!("the sign-in window to be {state}");
        wait_until(&what, async || {
            self.focus().await?;
            let now = self.app.client();
            let now = now.execute("return document.visibilityState", vec![]);
            Ok((now.await? == state).then_some(()))
        })
        .await
    }

    /// Its title, as the window manager shows it.
    pub async fn title(&self) -> Result<String> {
        let origin = self.url().await?.origin().ascii_serialization();
        Ok(self.app.windows.titled(&origin).await?.title)
    }

    /// X, y, width and height.
    pub async fn rect(&self) -> Result<(u64, u64, u64, u64)> {
        self.focus().await?;
        Ok(self.app.client().get_window_rect().await?)
    }

    /// Takes its picture, like [`App::screenshot`].
    pub async fn screenshot(&self, name: &str) -> Result<()> {
        self.focus().await?;
        self.app.save_screen(name).await.map(drop)
    }

    async fn gone(self) -> Result<()> {
        wait_until("the sign-in window to close", async || {
            let handles = self.app.popup_handles().await?;
            Ok((!handles.contains(&self.handle)).then_some(()))
        })
        .await?;
        self.app.focus_main().await
    }
}
