//! What the engine tells goes to the main window, and to no other.

use drawbridge_engine::{Engine, ServerId, view::Event};
use serde::Serialize;
use tauri::{AppHandle, Emitter as _, EventTarget, Manager as _, Runtime};
use tokio::sync::broadcast::{Receiver, error::RecvError};

use crate::{
    failure::Failure,
    main_window::{self, MAIN},
    notice,
    opening::Opening,
    popup::Popups,
    preferences::Preferences,
    theme,
    tray::Tray,
};

/// Carries one [`Event`].
pub(crate) const EVENT: &str = "drawbridge://event";
/// Says that events were lost, so that a new snapshot is needed.
pub(crate) const RELOAD: &str = "drawbridge://reload";

/// Carries a [`Trouble`].
const TROUBLE: &str = "drawbridge://trouble";

/// Something that did not work for a server, while no command waits for it.
#[derive(Debug, Clone, Serialize)]
struct Trouble {
    id: String,
    error: Failure,
}

/// Tells what did not work for a server.
pub(crate) fn trouble<R: Runtime>(app: &AppHandle<R>, id: &ServerId, error: Failure) {
    let id = id.to_string();
    emit(app, TROUBLE, Trouble { id, error });
}

/// Says that all may be other than it was.
pub(crate) fn reload<R: Runtime>(app: &AppHandle<R>) {
    emit(app, RELOAD, ());
}

/// Forwards until the engine is gone.
pub(crate) fn forward<R: Runtime>(app: &AppHandle<R>, engine: &Engine) {
    let (app, events) = (app.clone(), engine.events());
    tauri::async_runtime::spawn(pump(app, engine.clone(), events));
}

async fn pump<R: Runtime>(app: AppHandle<R>, engine: Engine, mut events: Receiver<Event>) {
    let gathering = notice::Gathering::default();
    look_at_all(&app, &engine).await;
    // Held, it would never be gone.
    drop(engine);
    loop {
        match events.recv().await {
            Ok(event) => {
                hear(&app, &gathering, &event);
                emit(&app, EVENT, event);
            }
            Err(RecvError::Lagged(missed)) => {
                tracing::warn!(missed, "the main window was too slow for {missed} events");
                reload(&app);
                if let Some(engine) = app.state::<Opening>().engine_now() {
                    look_at_all(&app, &engine).await;
                }
            }
            Err(RecvError::Closed) => return,
        }
    }
}

/// What the shell itself makes of an event.
fn hear<R: Runtime>(app: &AppHandle<R>, gathering: &notice::Gathering, event: &Event) {
    let popups = app.state::<Popups<R>>();
    let pages = popups.pages();
    match event {
        Event::ReauthRequired { id, name, .. } => gathering.sign_in_again(app, id, name),
        Event::MoreAccessNeeded { id, name, .. } => notice::more_access(app, id, name),
        Event::ServerChanged { server } => pages.keep_only_if_wanted(&server.id, Some(server)),
        Event::ServerRemoved { id, .. } => pages.keep_only_if_wanted(id, None),
        Event::QuestionAsked { .. } => main_window::call_for_attention(app),
        Event::PreferencesChanged { .. } => {
            if let Some(engine) = app.state::<Opening>().engine_now() {
                app.state::<Preferences>().follow(&engine);
            }
            theme::apply(app);
        }
        _ => {}
    }
    app.state::<Tray<R>>().hear(event);
}

async fn look_at_all<R: Runtime>(app: &AppHandle<R>, engine: &Engine) {
    let tray = app.state::<Tray<R>>();
    match engine.snapshot().await {
        Ok(snapshot) => tray.look_at(&snapshot.servers),
        Err(error) => tracing::warn!(code = error.code(), "the tray does not know the servers"),
    }
}

pub(crate) fn emit<R: Runtime, T: serde::Serialize + Clone>(
    app: &AppHandle<R>,
    name: &str,
    payload: T,
) {
    if let Err(error) = app.emit_to(EventTarget::webview_window(MAIN), name, payload) {
        tracing::warn!("the main window could not be told: {error}");
    }
}
