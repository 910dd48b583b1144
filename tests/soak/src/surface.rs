//! Where sign-in pages are shown: a person takes those of the first sign-ins, and each is told, so that
//! one too many is seen.

use std::sync::Arc;

use drawbridge_engine::{AttemptId, Engine, SignInPrompt, SignInSurface};
use drawbridge_testkit::Person;
use tokio::sync::mpsc;

use crate::words::Line;

/// The pages that wait for a person.
pub(crate) struct Pages(mpsc::UnboundedReceiver<SignInPrompt>);

struct Surface(mpsc::UnboundedSender<SignInPrompt>);

/// A surface, and the pages that come to it.
pub(crate) fn surface() -> (Arc<dyn SignInSurface>, Pages) {
    let (shown, pages) = mpsc::unbounded_channel();
    (Arc::new(Surface(shown)), Pages(pages))
}

impl SignInSurface for Surface {
    fn open(&self, prompt: SignInPrompt) {
        Line::Page.tell();
        // Nobody sits there any more once all are signed in.
        let _ = self.0.send(prompt);
    }

    fn close(&self, _: &AttemptId) {}
}

impl Pages {
    /// Ada signs in wherever she is asked to, until nobody asks any more.
    pub(crate) async fn sign_in_everywhere(mut self, engine: Engine) -> anyhow::Result<()> {
        while let Some(prompt) = self.0.recv().await {
            let callback = Person::ada().follow(prompt.url.as_str()).await?;
            engine.receive_callback(&callback).await?;
        }
        Ok(())
    }
}
