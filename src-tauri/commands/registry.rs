//! The registry of MCP servers, searched. The engine asks it; a page has no way to the network.

use drawbridge_engine::{registry::OFFICIAL, view::RegistryPage};
use tauri::{
    Manager as _, Runtime, State, generate_handler,
    plugin::{Builder, TauriPlugin},
};
use url::Url;

use crate::{environment::Environment, failure::Answer, opening::Opening};

/// Where the registry is.
struct Registry(Url);

pub(super) fn plugin<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("registry")
        .invoke_handler(generate_handler![search])
        .setup(|app, _| {
            let official = || Url::parse(OFFICIAL);
            let registry = Environment::read().registry.map_or_else(official, Ok)?;
            app.manage(Registry(registry));
            Ok(())
        })
        .build()
}

/// `cursor` is where the last page ended.
#[tauri::command]
async fn search(
    opening: State<'_, Opening>,
    registry: State<'_, Registry>,
    query: String,
    cursor: Option<String>,
) -> Answer<RegistryPage> {
    let engine = opening.engine().await?;
    Ok(engine.search_registry(&registry.0, &query, cursor).await?)
}
