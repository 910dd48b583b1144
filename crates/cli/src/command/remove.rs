//! `drawbridge remove`

use drawbridge_engine::ServerId;
use serde::Serialize;

use super::named;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::place::{Place, finish};
use crate::text::line;

#[derive(Serialize)]
struct Answer {
    removed: Removed,
}

#[derive(Serialize)]
struct Removed {
    id: String,
    name: String,
    url: String,
}

/// Takes a server off the list, with everything that was known of it.
pub(crate) async fn remove(typed: &str, place: &Place, output: &Output) -> Result<Exit, Failure> {
    let engine = place.engine().await?;
    let server = named(&engine, typed).await?;
    let id = ServerId::from(server.id.as_str());
    finish(&engine, engine.remove_server(&id)).await?;
    let text = format!("Removed {}.", line(&server.name));
    let removed = Removed {
        id: server.id,
        name: server.name,
        url: server.url,
    };
    output.answer(&Answer { removed }, || text)?;
    Ok(Exit::Done)
}
