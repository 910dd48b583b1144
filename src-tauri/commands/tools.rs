//! The tools of a server.

use std::path::PathBuf;

use drawbridge_engine::view::{CallOutcome, ToolView, json_text};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tauri::{
    AppHandle, Runtime, State, generate_handler,
    ipc::Request,
    plugin::{Builder, TauriPlugin},
};

use crate::{
    answer_file, clipboard,
    failure::{Answer, Failure},
    opening::Opening,
    pixels::Pixels,
};

pub(super) fn plugin<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("tools")
        .invoke_handler(generate_handler![
            list,
            refresh,
            call,
            cancel_call,
            save,
            copy_picture
        ])
        .build()
}

/// Go as text, so that no number in a schema is rounded on the way.
#[derive(Serialize)]
struct Tools(#[serde(serialize_with = "json_text::write_all")] Vec<ToolView>);

#[tauri::command]
async fn list(opening: State<'_, Opening>, id: String) -> Answer<Tools> {
    Ok(Tools(opening.engine().await?.tools(&id.into()).await?))
}

#[tauri::command]
async fn refresh(opening: State<'_, Opening>, id: String) -> Answer<Tools> {
    let engine = opening.engine().await?;
    Ok(Tools(engine.refresh_tools(&id.into()).await?))
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

/// A picture or a sound of an answer becomes a file; answers with its path.
#[tauri::command]
async fn save<R: Runtime>(
    app: AppHandle<R>,
    tool: String,
    mime_type: String,
    data: String,
) -> Answer<PathBuf> {
    answer_file::write(&app, &tool, &mime_type, &data)
}

/// A picture of an answer, as it is shown.
#[tauri::command]
async fn copy_picture<R: Runtime>(app: AppHandle<R>, request: Request<'_>) -> Answer<()> {
    let not_copied = || {
        Failure::new(
            "picture_not_copied",
            "The picture could not be copied.",
            Some("Save it to your downloads instead."),
        )
    };
    let picture = Pixels::of(&request).ok_or_else(not_copied)?;
    let written =
        tauri::async_runtime::spawn_blocking(move || clipboard::write_picture(&app, picture)).await;
    let written = written.map_err(|_| not_copied())?;
    written.map_err(|error| {
        tracing::warn!("the clipboard could not be written: {error}");
        not_copied()
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_numbers_of_a_schema_leave_with_all_their_digits() {
        let tool = json!({ "name": "count", "title": null, "description": null, "readOnly": true, "destructive": false,
            "inputSchema": { "properties": { "n": { "maximum": u64::MAX } } } });
        let tools = Tools(vec![serde_json::from_value(tool).unwrap()]);
        let sent = serde_json::to_value(tools).unwrap();
        assert!(
            sent.as_str().unwrap().contains("18446744073709551615"),
            "{sent}"
        );
    }
}
