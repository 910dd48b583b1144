//! What the engine tells goes to the main window, and to no other.

use drawbridge_engine::{Engine, ServerId, view::Event};
use serde::Serialize;
use tauri::{AppHandle, Emitter as _, EventTarget, Manager as _, Runtime};
use tokio::sync::broadcast::{Receiver, error::RecvError};

use crate::{
    failure::Failure,
    main_window::{self, MAIN},
    notice,
    popup::Popups,
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

/// Forwards until the engine is gone.
pub(crate) fn forward<R: Runtime>(app: &AppHandle<R>, engine: &Engine) {
    let (app, events) = (app.clone(), engine.events());
    tauri::async_runtime::spawn(pump(app, events));
}

async fn pump<R: Runtime>(app: AppHandle<R>, mut events: Receiver<Event>) {
    let gathering = notice::Gathering::default();
    let pages = app.state::<Popups<R>>().pages().clone();
    loop {
        match events.recv().await {
            Ok(event) => {
                match &event {
                    Event::ReauthRequired { name, .. } => gathering.sign_in_again(&app, name),
                    Event::MoreAccessNeeded { name, .. } => notice::more_access(&app, name),
                    Event::ServerChanged { server } => {
                        pages.keep_only_if_wanted(&server.id, Some(server));
                    }
                    Event::ServerRemoved { id, .. } => pages.keep_only_if_wanted(id, None),
                    Event::QuestionAsked { .. } => main_window::call_for_attention(&app),
                    _ => {}
                }
                emit(&app, EVENT, event);
            }
            Err(RecvError::Lagged(missed)) => {
                tracing::warn!(missed, "the main window was too slow for {missed} events");
                emit(&app, RELOAD, ());
            }
            Err(RecvError::Closed) => return,
        }
    }
}

fn emit<R: Runtime, T: serde::Serialize + Clone>(app: &AppHandle<R>, name: &str, payload: T) {
    if let Err(error) = app.emit_to(EventTarget::webview_window(MAIN), name, payload) {
        tracing::warn!("the main window could not be told: {error}");
    }
}
