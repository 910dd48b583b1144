//! What the person prefers for every server; the snapshot and the events tell what it is.

use drawbridge_engine::view::Preferences;
use tauri::{
    Runtime, State, generate_handler,
    plugin::{Builder, TauriPlugin},
};

use crate::{failure::Answer, opening::Opening};

pub(super) fn plugin<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("preferences")
        .invoke_handler(generate_handler![set_preferences])
        .build()
}

#[tauri::command]
async fn set_preferences(opening: State<'_, Opening>, preferences: Preferences) -> Answer<()> {
    Ok(opening.engine().await?.set_preferences(preferences).await?)
}
