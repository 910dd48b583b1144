//! New versions of the program. The plugin's own commands are open to nobody.

use tauri::{
    AppHandle, Manager as _, Runtime, generate_handler,
    plugin::{Builder, TauriPlugin},
};

use crate::{
    failure::Answer,
    update::{Standing, Updates},
};

pub(super) fn plugin<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("updates")
        .invoke_handler(generate_handler![standing, check, put_off, install, cancel])
        .build()
}

#[tauri::command]
async fn standing<R: Runtime>(app: AppHandle<R>) -> Answer<Standing> {
    Ok(app.state::<Updates<R>>().standing())
}

/// Answers when it is under way, as the others do: the outcome comes as events.
#[tauri::command]
async fn check<R: Runtime>(app: AppHandle<R>) -> Answer<Standing> {
    app.state::<Updates<R>>().check().await?;
    standing(app).await
}

#[tauri::command]
async fn put_off<R: Runtime>(app: AppHandle<R>) -> Answer<Standing> {
    app.state::<Updates<R>>().put_off();
    standing(app).await
}

/// When it ends well, the program begins anew.
#[tauri::command]
async fn install<R: Runtime>(app: AppHandle<R>) -> Answer<Standing> {
    app.state::<Updates<R>>().install().await?;
    standing(app).await
}

/// Too late for what is being put in place.
#[tauri::command]
async fn cancel<R: Runtime>(app: AppHandle<R>) -> Answer<Standing> {
    app.state::<Updates<R>>().cancel();
    standing(app).await
}
