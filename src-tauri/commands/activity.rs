//! What happened to a server, and the report of it.

use drawbridge_engine::view::Activity;
use tauri::{
    AppHandle, Runtime, State, generate_handler,
    plugin::{Builder, TauriPlugin},
};

use crate::{
    clipboard,
    failure::{Answer, Failure},
    opening::Opening,
};

pub(super) fn plugin<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("activity")
        .invoke_handler(generate_handler![list, copy_report])
        .build()
}

#[tauri::command]
async fn list(opening: State<'_, Opening>, id: String) -> Answer<Vec<Activity>> {
    Ok(opening.engine().await?.activity(&id.into()).await?)
}

#[tauri::command]
async fn copy_report<R: Runtime>(
    app: AppHandle<R>,
    opening: State<'_, Opening>,
    id: String,
) -> Answer<()> {
    let engine = opening.engine().await?;
    let report = engine.diagnostic_report(&id.into()).await?;
    clipboard::write(&app, report).map_err(|error| {
        tracing::warn!("the clipboard could not be written: {error}");
        Failure::new("no_clipboard", "The report could not be copied.", None)
    })
}
