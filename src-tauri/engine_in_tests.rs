//! An engine without windows, for the tests of what is around it.

use std::{path::Path, sync::Arc};

use drawbridge_engine::{
    AttemptId, Clock, Engine, EngineOptions, Limits, ServerId, SignInPrompt, SignInSurface,
    vault::VaultChoice,
    view::{AuthKind, NewServer},
};
use drawbridge_testkit::Sample;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::opening::Opening;

/// Shows nothing, and tells what was to be shown.
struct Shown(UnboundedSender<SignInPrompt>);

impl SignInSurface for Shown {
    fn open(&self, prompt: SignInPrompt) {
        let _ = self.0.send(prompt);
    }

    fn close(&self, _: &AttemptId) {}
}

/// An engine on the data in this folder, which is open; and the pages that it wants shown.
pub(crate) async fn opened(
    folder: &Path,
    limits: Limits,
) -> (Opening, UnboundedReceiver<SignInPrompt>) {
    let data = folder.to_owned();
    let (shown, pages) = unbounded_channel();
    let opening = Opening::by(move || {
        let options = EngineOptions {
            vault: VaultChoice::NewFile(data.join("drawbridge.key")),
            data_dir: data.clone(),
            surface: Arc::new(Shown(shown.clone())),
            clock: Clock::system(),
            limits,
        };
        async { Ok(Engine::open(options).await?) }
    });
    opening.open().await;
    (opening, pages)
}

/// The page that *Connect* to the sample server, which is added, wants shown.
pub(crate) async fn asked_to_sign_in(
    engine: &Engine,
    sample: &Sample,
    pages: &mut UnboundedReceiver<SignInPrompt>,
) -> SignInPrompt {
    let server = NewServer::at(sample.mcp_url().as_str(), AuthKind::OAuth);
    let server = ServerId::from(engine.add_server(server).await.unwrap().id);
    engine.connect(&server).await.unwrap();
    pages.recv().await.unwrap()
}
