//! What concerns the app as a whole: the system around it, and all its data at once.

use std::path::PathBuf;

use serde::Serialize;
use tauri::{
    AppHandle, Manager as _, Runtime, State, generate_handler,
    plugin::{Builder, TauriPlugin},
};

use crate::{
    downloads, export_file, failure::Answer, main_window, opening::Opening, start, start_at_login,
    tray::Tray,
};

pub(super) fn plugin<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("desktop")
        .invoke_handler(generate_handler![
            surroundings,
            set_start_at_login,
            export_all,
            show_download,
            delete_all,
            quit
        ])
        .build()
}

/// What the system says, and no preference could.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Surroundings {
    /// Left out where it does not tell.
    start_at_login: Option<bool>,
    /// Whether there is a tray.
    tray: bool,
}

#[tauri::command]
async fn surroundings<R: Runtime>(app: AppHandle<R>) -> Answer<Surroundings> {
    let tray = match app.try_state::<Tray<R>>() {
        Some(tray) => tray.put_up_soon().await,
        None => false,
    };
    Ok(Surroundings {
        start_at_login: start_at_login::is_on(&app),
        tray,
    })
}

#[tauri::command]
async fn set_start_at_login<R: Runtime>(app: AppHandle<R>, on: bool) -> Answer<()> {
    start_at_login::set(&app, on)
}

/// Answers with the path of the file.
#[tauri::command]
async fn export_all<R: Runtime>(app: AppHandle<R>, opening: State<'_, Opening>) -> Answer<PathBuf> {
    let text = opening.engine().await?.export().await?;
    export_file::write(&app, &text)
}

/// Shows a file that was put there where it lies.
#[tauri::command]
async fn show_download<R: Runtime>(app: AppHandle<R>, path: PathBuf) -> Answer<()> {
    downloads::show(&app, path).await
}

/// Then the app is as on its first start.
#[tauri::command]
async fn delete_all<R: Runtime>(app: AppHandle<R>) -> Answer<()> {
    start::begin_anew(&app).await
}

#[tauri::command]
async fn quit<R: Runtime>(app: AppHandle<R>) {
    main_window::quit(&app);
}
