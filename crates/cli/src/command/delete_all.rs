//! `drawbridge delete-all`

use std::path::PathBuf;

use serde::Serialize;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::place::{Place, finish};

#[derive(Serialize)]
struct Answer {
    deleted: Deleted,
}

#[derive(Serialize)]
struct Deleted {
    data_dir: PathBuf,
    servers: usize,
}

/// Signs out everywhere and forgets everything, once the person has said `yes`.
pub(crate) async fn delete_all(yes: bool, place: &Place, output: &Output) -> Result<Exit, Failure> {
    if !yes {
        return Err(Failure::new(
            "usage",
            "This signs out everywhere, and deletes every server, every setting and the key.",
            Some("To do that, run: drawbridge delete-all --yes"),
        ));
    }
    let engine = place.engine().await?;
    let servers = engine.snapshot().await?.servers.len();
    output.progress_if_live("Signing out…");
    let deleted = finish(&engine, engine.delete_all()).await;
    output.settle();
    deleted?;
    let data_dir = place.data_dir.clone();
    let text = format!("All data in {} are deleted.", data_dir.display());
    let deleted = Deleted { data_dir, servers };
    output.answer(&Answer { deleted }, || text)?;
    Ok(Exit::Done)
}
