//! The tools of a server.

use drawbridge_engine::view::{CallOutcome, ToolView, json_text};
use serde::Deserialize;
use serde_json::Value;
use tauri::{
    Runtime, State, generate_handler,
    plugin::{Builder, TauriPlugin},
};

use crate::{failure::Answer, opening::Opening};

pub(super) fn plugin<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("tools")
        .invoke_handler(generate_handler![list, refresh, call, cancel_call])
        .build()
}

#[tauri::command]
async fn list(opening: State<'_, Opening>, id: String) -> Answer<Vec<ToolView>> {
    Ok(opening.engine().await?.tools(&id.into()).await?)
}

#[tauri::command]
async fn refresh(opening: State<'_, Opening>, id: String) -> Answer<Vec<ToolView>> {
    Ok(opening.engine().await?.refresh_tools(&id.into()).await?)
}

/// Comes as text, so that no number in it is rounded on the way.
#[derive(Deserialize)]
struct Arguments(#[serde(deserialize_with = "json_text::read")] Value);

/// `call` is the caller's own id for this call, to cancel it by.
#[tauri::command]
async fn call(
    opening: State<'_, Opening>,
    id: String,
    call: String,
    tool: String,
    arguments: Arguments,
) -> Answer<CallOutcome> {
    Ok(opening
        .engine()
        .await?
        .call_tool(&id.into(), &call, &tool, arguments.0)
        .await?)
}

#[tauri::command]
async fn cancel_call(opening: State<'_, Opening>, call: String) -> Answer<()> {
    opening.engine().await?.cancel_call(&call);
    Ok(())
}
