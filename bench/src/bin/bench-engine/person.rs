//! Who signs in: a browser as the command starts it, or somebody who does it without one.

use std::process::Stdio;

use anyhow::{Context as _, Result};
use drawbridge_bench::{contender::Told, lines::tell};
use drawbridge_engine::{AttemptId, SignInPrompt, SignInSurface};
use reqwest::{Client, header::LOCATION, redirect::Policy};
use tokio::{
    process::Command,
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
};

/// Starts `$BROWSER`.
pub(crate) struct Browser;

impl SignInSurface for Browser {
    fn open(&self, prompt: SignInPrompt) {
        let browser = std::env::var_os("BROWSER").unwrap_or_default();
        let started = Command::new(browser)
            .arg(prompt.url.as_str())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn();
        if let Err(error) = started {
            let why = format!("no browser: {error}");
            // Whoever does not listen hears of it by its time limit.
            let _ = tell(&Told::Failed { why });
        }
    }

    fn close(&self, _: &AttemptId) {}

    fn has_popup(&self) -> bool {
        false
    }

    fn receives_deep_links(&self) -> bool {
        false
    }
}

/// Takes pages one by one.
pub(crate) struct Patient(UnboundedSender<SignInPrompt>);

impl Patient {
    pub(crate) fn new() -> (Self, UnboundedReceiver<SignInPrompt>) {
        let (shown, pages) = unbounded_channel();
        (Self(shown), pages)
    }

    /// Where the page leads back to.
    pub(crate) async fn follow(page: &str) -> Result<String> {
        let client = Client::builder().no_proxy().redirect(Policy::none());
        let answer = client.build()?.get(page).send().await?;
        let back = answer.headers().get(LOCATION);
        Ok(back.context("the page leads nowhere")?.to_str()?.to_owned())
    }
}

impl SignInSurface for Patient {
    fn open(&self, prompt: SignInPrompt) {
        // Nobody waits any more once all are connected.
        let _ = self.0.send(prompt);
    }

    fn close(&self, _: &AttemptId) {}
}
