//! `drawbridge logout`

use drawbridge_engine::ServerId;
use drawbridge_engine::view::{AuthKind, Authorization, VaultView};
use serde::Serialize;

use super::named;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::place::{Place, finish};
use crate::shape::Server;
use crate::text::line;

#[derive(Serialize)]
struct Answer {
    server: Server,
}

/// Forgets the tokens here, then gives them back.
pub(crate) async fn logout(typed: &str, place: &Place, output: &Output) -> Result<Exit, Failure> {
    let engine = place.engine().await?;
    let before = named(&engine, typed).await?;
    let id = ServerId::from(before.id.as_str());
    let signed_out = async {
        engine.sign_out(&id).await?;
        let tools = engine.tools(&id).await?.len();
        Ok::<_, Failure>((engine.snapshot().await?, tools))
    };
    let (snapshot, tools) = finish(&engine, signed_out).await?;
    let was_signed_in = matches!(before.authorization, Authorization::SignedIn { .. });
    if was_signed_in && matches!(snapshot.vault, VaultView::Unavailable { .. }) {
        output.say("Without the key the tokens could not be given back; they were only forgotten.");
    }
    let name = line(&before.name);
    let text = match before.authorization {
        _ if before.auth != AuthKind::OAuth => format!("{name} has no sign-in."),
        Authorization::SignedIn { .. } => format!("Signed out of {name}."),
        _ => format!("You were not signed in to {name}."),
    };
    let after = snapshot
        .servers
        .into_iter()
        .find(|server| server.id == before.id);
    let server = Server::new(after.unwrap_or(before), tools);
    output.answer(&Answer { server }, || text)?;
    Ok(Exit::Done)
}
