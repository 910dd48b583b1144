//! What happens at the start, beside the window that is being made.

use std::{io, sync::Arc};

use drawbridge_engine::{
    Clock, Engine, EngineOptions, IDENTIFIER, Limits, data_folder,
    vault::VaultChoice,
    view::{AuthKind, NewServer},
};
use tauri::{AppHandle, Manager as _, Runtime};

use crate::{
    environment::Environment,
    events,
    failure::{Answer, Failure},
    opening::{Opened, Opening},
    popup::Popups,
};

/// Opens the engine, tells whoever waits for it, and sets it going.
pub(crate) fn open_engine<R: Runtime>(
    app: &AppHandle<R>,
    popups: Popups<R>,
    environment: &Environment,
    opened: Opened,
) {
    let app = app.clone();
    let pages = popups.pages().clone();
    let options = options(popups, environment);
    tauri::async_runtime::spawn(async move {
        let engine = match options {
            Ok(options) => Engine::open(options).await.map_err(Failure::from),
            Err(failure) => Err(failure),
        };
        match &engine {
            // Before anybody can cause an event.
            Ok(engine) => events::forward(&app, engine),
            Err(failure) => {
                tracing::error!(code = failure.code(), "the engine could not be opened");
            }
        }
        opened.tell(engine.clone());
        if let Ok(engine) = engine {
            engine.watch_surroundings();
            engine.answers_questions();
            if let Err(error) = engine.start().await {
                tracing::error!(code = error.code(), "the servers could not be connected");
            }
            if let Ok(snapshot) = engine.snapshot().await {
                pages.keep_only_those_of(&snapshot.servers);
            }
        }
    });
}

/// Adds the servers that are not in the list yet.
pub(crate) fn add_servers<R: Runtime>(app: &AppHandle<R>, urls: Vec<String>) {
    if urls.is_empty() {
        return;
    }
    let opening = app.state::<Opening>().inner().clone();
    tauri::async_runtime::spawn(async move {
        for url in urls {
            if let Err(failure) = add_server(&opening, url).await {
                tracing::warn!(code = failure.code(), "a server was not added");
            }
        }
    });
}

async fn add_server(opening: &Opening, url: String) -> Answer<()> {
    let engine = opening.engine().await?;
    let found = engine.detect(&url).await?;
    if found.existing.is_none() {
        let auth = found.auth.unwrap_or(AuthKind::OAuth);
        let server = NewServer {
            name: Some(found.suggested_name),
            ..NewServer::at(url, auth)
        };
        engine.add_server(server).await?;
    }
    Ok(())
}

fn options<R: Runtime>(popups: Popups<R>, environment: &Environment) -> Answer<EngineOptions> {
    let mut limits = Limits::default();
    if let Some(attempt) = environment.attempt_limit {
        limits.attempt = attempt;
    }
    Ok(EngineOptions {
        data_dir: data_folder(environment.data_folder.as_deref()).map_err(no_folder)?,
        vault: VaultChoice::Keychain {
            service: IDENTIFIER.to_owned(),
        },
        surface: Arc::new(popups),
        clock: Clock::system(),
        limits,
    })
}

#[expect(clippy::needless_pass_by_value, reason = "used as a function value")]
fn no_folder(error: io::Error) -> Failure {
    Failure::new(
        "data_folder",
        &format!("There is no place for Drawbridge's data: {error}."),
        Some("Set DRAWBRIDGE_DATA_DIR to a folder of yours."),
    )
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::IDENTIFIER;

    #[test]
    fn the_command_looks_for_the_data_where_the_app_keeps_them() {
        let configuration: Value =
            serde_json::from_str(include_str!("../tauri.conf.json")).unwrap();
        assert_eq!(configuration["identifier"], IDENTIFIER);
    }
}
