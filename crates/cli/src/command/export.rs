//! `drawbridge export`

use serde_json::Value;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::place::{Place, close};

/// Prints the list and the preferences, without a secret.
pub(crate) async fn export(place: &Place, output: &Output) -> Result<Exit, Failure> {
    let engine = place.engine().await?;
    let text = engine.export().await;
    close(&engine).await;
    let text = text?;
    let object: Value = serde_json::from_str(&text)
        .map_err(|_| Failure::other("What was exported cannot be read back."))?;
    output.answer(&object, || text)?;
    Ok(Exit::Done)
}
