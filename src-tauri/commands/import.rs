//! Servers that other programs know already.

use drawbridge_engine::{
    import::Homes,
    view::{FoundConfig, ImportOutcome, ImportPick, ImportPreview, ImportSource},
};
use tauri::{
    Runtime, State, generate_handler,
    plugin::{Builder, TauriPlugin},
};

use crate::{
    failure::{Answer, Failure},
    opening::Opening,
};

pub(super) fn plugin<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("import")
        .invoke_handler(generate_handler![find, preview, add])
        .build()
}

/// The lists that the programs of this computer keep. Their text stays here: a page sees no value of
/// a header, and names a list by its id alone.
#[tauri::command]
async fn find(opening: State<'_, Opening>) -> Answer<Vec<FoundConfig>> {
    let engine = opening.engine().await?;
    match Homes::of_this_person() {
        Some(homes) => Ok(engine.found_configs(&homes).await?),
        None => Ok(Vec::new()),
    }
}

#[tauri::command]
async fn preview(opening: State<'_, Opening>, text: String) -> Answer<ImportPreview> {
    Ok(opening.engine().await?.preview_import(&text).await?)
}

#[tauri::command]
async fn add(
    opening: State<'_, Opening>,
    source: ImportSource,
    picks: Vec<ImportPick>,
) -> Answer<ImportOutcome> {
    let homes = Homes::of_this_person()
        .ok_or_else(|| Failure::new("no_home", "There is no home folder.", None))?;
    let engine = opening.engine().await?;
    Ok(engine.import_picked(&source, &homes, &picks).await?)
}
