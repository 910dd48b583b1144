//! A session for one command: opened with what is stored, never by asking the person.

use drawbridge_engine::view::{Authorization, ServerView, SignInFlow};
use drawbridge_engine::{Engine, ServerId};

use crate::failure::Failure;
use crate::output::Output;
use crate::watch::{Waiting, next_change, sign_in_again, step};

/// Opens a session; fails with what a person would have to do first.
pub(crate) async fn open(
    engine: &Engine,
    server: &ServerView,
    output: &Output,
) -> Result<ServerView, Failure> {
    let by_itself = server.sign_in.flow == SignInFlow::ClientCredentials;
    match &server.authorization {
        Authorization::NotNeeded | Authorization::SignedIn { .. } => {}
        _ if by_itself => {}
        _ => return Err(sign_in_again(server)),
    }
    let id = ServerId::from(server.id.as_str());
    let mut events = engine.events();
    engine
        .connect_in_turn(&id)
        .await
        .map_err(|error| Failure::from(error).about(server))?;
    let mut waiting = Waiting::default();
    loop {
        let now = next_change(engine, &mut events, &id).await?;
        if let Some(verdict) = waiting.verdict(&now) {
            output.settle();
            return verdict.map(|()| now);
        }
        if let Some(step) = step(&now.status) {
            output.progress_if_live(step);
        }
    }
}
