//! Where the key is.

use drawbridge_engine::view::VaultView;
use tauri::{
    Runtime, State, generate_handler,
    plugin::{Builder, TauriPlugin},
};

use crate::{failure::Answer, opening::Opening};

pub(super) fn plugin<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("vault")
        .invoke_handler(generate_handler![retry, use_key_file, replace_lost_key])
        .build()
}

#[tauri::command]
async fn retry(opening: State<'_, Opening>) -> Answer<VaultView> {
    Ok(opening.engine().await?.retry_vault().await?)
}

#[tauri::command]
async fn use_key_file(opening: State<'_, Opening>) -> Answer<VaultView> {
    Ok(opening.engine().await?.use_key_file().await?)
}

/// The person knows that every sign-in has to be made again.
#[tauri::command]
async fn replace_lost_key(opening: State<'_, Opening>) -> Answer<VaultView> {
    Ok(opening.engine().await?.replace_lost_key().await?)
}
