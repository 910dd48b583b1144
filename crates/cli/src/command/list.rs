//! `drawbridge list`

use drawbridge_engine::Stored;
use serde::Serialize;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::find::short_id_length;
use crate::output::Output;
use crate::place::Place;
use crate::shape::{Server, shown};
use crate::text::{line, table};

#[derive(Serialize)]
struct Answer {
    servers: Vec<Server>,
}

/// Shows the list as it is stored.
pub(crate) async fn list(place: &Place, output: &Output) -> Result<Exit, Failure> {
    let stored = match place.catalogue().await? {
        Some(catalogue) => {
            let servers = catalogue.servers().await?;
            catalogue.close().await;
            servers
        }
        None => Vec::new(),
    };
    let text = words(&stored);
    let servers = stored.into_iter().map(Server::stored).collect();
    output.answer(&Answer { servers }, || text)?;
    Ok(Exit::Done)
}

fn words(stored: &[Stored]) -> String {
    if stored.is_empty() {
        return "There are no servers yet. Add one: drawbridge add URL".to_owned();
    }
    let ids: Vec<&str> = stored
        .iter()
        .map(|stored| stored.server.id.as_str())
        .collect();
    let length = short_id_length(&ids);
    let head = ["ID", "NAME", "STATUS", "TOOLS", "URL"].map(str::to_owned);
    let rows = stored.iter().map(|stored| {
        let shape = Server::stored(stored.clone());
        [
            stored.server.id.chars().take(length).collect(),
            line(&stored.server.name),
            shown(shape.status),
            match stored.tools {
                0 => "-".to_owned(),
                tools => tools.to_string(),
            },
            line(&stored.server.url),
        ]
    });
    let rows: Vec<[String; 5]> = std::iter::once(head).chain(rows).collect();
    table(&rows)
}
