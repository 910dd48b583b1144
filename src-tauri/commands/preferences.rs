//! What the person prefers for every server; the snapshot and the events tell what it is.

use drawbridge_engine::view::Preferences;
use tauri::{
    Runtime, State, generate_handler,
    plugin::{Builder, TauriPlugin},
};

use crate::{failure::Answer, opening::Opening, preferences::Preferences as InForce};

pub(super) fn plugin<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("preferences")
        .invoke_handler(generate_handler![set_preferences])
        .build()
}

#[tauri::command]
async fn set_preferences(
    opening: State<'_, Opening>,
    in_force: State<'_, InForce>,
    preferences: Preferences,
) -> Answer<()> {
    let engine = opening.engine().await?;
    engine.set_preferences(preferences).await?;
    // The event comes later than the answer, and whoever has it may close the window at once.
    in_force.follow(&engine);
    Ok(())
}
