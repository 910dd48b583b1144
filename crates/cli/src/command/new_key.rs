//! `drawbridge new-key`: the way out where the key is gone for good.

use drawbridge_engine::view::VaultView;
use serde::Serialize;

use super::status::Key;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::place::{Place, close};

#[derive(Serialize)]
struct Answer {
    key: Key,
}

/// Makes a new key where none can be had; a key that is there stays.
pub(crate) async fn new_key(place: &Place, output: &Output) -> Result<Exit, Failure> {
    let engine = place.engine().await?;
    let replaced = async {
        match engine.snapshot().await?.vault {
            VaultView::Unavailable { .. } => Ok(engine.replace_lost_key().await?),
            there => Err(Failure::new(
                "key_there",
                &format!("The key is there, {}.", words(&there)),
                Some("Nothing is lost, and nothing was changed."),
            )),
        }
    };
    let replaced = replaced.await;
    close(&engine).await;
    let after = replaced?;
    let key = match &after {
        VaultView::Keychain => Key::Keychain,
        VaultView::File { path } => Key::File { path: path.clone() },
        VaultView::Unavailable { error } => return Err(Failure::from(error.clone())),
    };
    let text = format!(
        "There is a new key {}. What the old one sealed is lost: sign in again to each server \
         with drawbridge connect.",
        words(&after)
    );
    output.answer(&Answer { key }, || text)?;
    Ok(Exit::Done)
}

fn words(vault: &VaultView) -> String {
    match vault {
        VaultView::Keychain => "in the keychain".to_owned(),
        VaultView::File { path } => format!("in the file {path}"),
        VaultView::Unavailable { error } => error.message.clone(),
    }
}
