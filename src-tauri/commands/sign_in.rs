//! Connecting, and the sign-in that it may take.

use drawbridge_engine::{AttemptId, Engine, Error, ServerId};
use tauri::{
    AppHandle, Manager as _, Runtime, State, generate_handler,
    plugin::{Builder, TauriPlugin},
};

use crate::{
    callback::{self, Door},
    clipboard,
    failure::{Answer, Failure},
    opening::Opening,
    popup::Popups,
};

pub(super) fn plugin<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("sign-in")
        .invoke_handler(generate_handler![
            connect,
            sign_in_again,
            cancel,
            show_window,
            hand_over,
            register_again,
            decline_access,
            copy_link,
            paste_callback,
            sign_out
        ])
        .build()
}

#[tauri::command]
async fn connect(opening: State<'_, Opening>, id: String) -> Answer<()> {
    Ok(opening.engine().await?.connect(&id.into()).await?)
}

/// A new sign-in while the old one still works.
#[tauri::command]
async fn sign_in_again(opening: State<'_, Opening>, id: String) -> Answer<()> {
    Ok(opening.engine().await?.sign_in_again(&id.into()).await?)
}

#[tauri::command]
async fn cancel(opening: State<'_, Opening>, id: String) -> Answer<()> {
    Ok(opening.engine().await?.cancel(&id.into()).await?)
}

/// The page of the running attempt comes to the front, wherever it is shown.
#[tauri::command]
async fn show_window<R: Runtime>(
    app: AppHandle<R>,
    opening: State<'_, Opening>,
    id: String,
) -> Answer<()> {
    let (attempt, _) = running(&opening.engine().await?, id)?;
    if app.state::<Popups<R>>().show_again(&attempt) {
        Ok(())
    } else {
        Err(Error::NoSignIn.into())
    }
}

/// Same attempt, same state: the browser takes over from the popup, or opens the page once more.
#[tauri::command]
async fn hand_over(opening: State<'_, Opening>, id: String) -> Answer<()> {
    let engine = opening.engine().await?;
    let (attempt, _) = running(&engine, id)?;
    Ok(engine.hand_over(&attempt).await?)
}

/// For a sign-in page that does not know this app any more.
#[tauri::command]
async fn register_again(opening: State<'_, Opening>, id: String) -> Answer<()> {
    Ok(opening.engine().await?.register_again(&id.into()).await?)
}

/// The access stays as it is, although the server asked for more.
#[tauri::command]
async fn decline_access(opening: State<'_, Opening>, id: String) -> Answer<()> {
    Ok(opening.engine().await?.decline_access(&id.into()).await?)
}

#[tauri::command]
async fn copy_link<R: Runtime>(
    app: AppHandle<R>,
    opening: State<'_, Opening>,
    id: String,
) -> Answer<()> {
    let (_, link) = running(&opening.engine().await?, id)?;
    clipboard::write(&app, link).map_err(|error| {
        tracing::warn!("the clipboard could not be written: {error}");
        Failure::new("no_clipboard", "The link could not be copied.", None)
    })
}

/// A callback that the person brings by hand; `id` is where they pasted it, and the state in the
/// URL alone says which attempt it belongs to.
#[tauri::command]
async fn paste_callback<R: Runtime>(app: AppHandle<R>, id: String, text: String) -> Answer<()> {
    let server = callback::receive(&app, text.trim(), Door::Paste).await?;
    if server.as_str() != id {
        tracing::info!(%server, "a pasted callback belonged to another server");
    }
    Ok(())
}

#[tauri::command]
async fn sign_out(opening: State<'_, Opening>, id: String) -> Answer<()> {
    Ok(opening.engine().await?.sign_out(&id.into()).await?)
}

fn running(engine: &Engine, id: String) -> Answer<(AttemptId, String)> {
    let server = ServerId::from(id);
    let attempt = engine.running_attempt(&server).ok_or(Error::NoSignIn)?;
    let link = engine.sign_in_link(&server)?.as_str().to_owned();
    Ok((attempt, link))
}
