//! The list of servers.

use drawbridge_engine::view::{Detection, NewServer, ServerChange, ServerView, Snapshot};
use tauri::{
    Runtime, State, generate_handler,
    plugin::{Builder, TauriPlugin},
};

use crate::{failure::Answer, opening::Opening};

pub(super) fn plugin<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("servers")
        .invoke_handler(generate_handler![
            snapshot,
            detect,
            add,
            change,
            remove,
            move_server,
            forget_set_aside
        ])
        .build()
}

/// All that the window begins with; the person who clicks *Try again* asks for it, too.
#[tauri::command]
async fn snapshot(opening: State<'_, Opening>) -> Answer<Snapshot> {
    Ok(opening.engine_or_again().await?.snapshot().await?)
}

#[tauri::command]
async fn detect(opening: State<'_, Opening>, url: String) -> Answer<Detection> {
    Ok(opening.engine().await?.detect(&url).await?)
}

#[tauri::command]
async fn add(opening: State<'_, Opening>, server: NewServer) -> Answer<ServerView> {
    Ok(opening.engine().await?.add_server(server).await?)
}

#[tauri::command]
async fn change(
    opening: State<'_, Opening>,
    id: String,
    change: ServerChange,
) -> Answer<ServerView> {
    Ok(opening
        .engine()
        .await?
        .change_server(&id.into(), change)
        .await?)
}

#[tauri::command]
async fn remove(opening: State<'_, Opening>, id: String) -> Answer<()> {
    Ok(opening.engine().await?.remove_server(&id.into()).await?)
}

/// Puts a server where `to` others stand before it.
#[tauri::command(rename = "move")]
async fn move_server(opening: State<'_, Opening>, id: String, to: usize) -> Answer<()> {
    Ok(opening.engine().await?.move_server(&id.into(), to).await?)
}

/// The person has seen that a damaged list was kept aside.
#[tauri::command]
async fn forget_set_aside(opening: State<'_, Opening>) -> Answer<()> {
    Ok(opening.engine().await?.forget_set_aside().await?)
}
