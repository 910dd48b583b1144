//! What happens at the start, beside the window that is being made.

use std::{io, sync::Arc};

use drawbridge_engine::{
    Clock, Engine, EngineOptions, IDENTIFIER, Limits, data_folder,
    vault::VaultChoice,
    view::{AuthKind, DesktopPreferences, NewServer, VaultView},
};
use tauri::{AppHandle, Manager as _, Runtime};

use crate::{
    environment::Environment,
    events,
    failure::{Answer, Failure},
    main_window,
    opening::Opening,
    popup::Popups,
    preferences::Preferences,
    start_at_login, theme, update,
};

/// How the person wants the desktop to be, from what was stored last.
pub(crate) fn stored_preferences(environment: &Environment) -> DesktopPreferences {
    let Ok(folder) = data_folder(environment.data_folder.as_deref()) else {
        return DesktopPreferences::default();
    };
    let stored = drawbridge_engine::stored_preferences(&folder);
    tauri::async_runtime::block_on(stored).desktop
}

/// How the engine is opened; what it tells is heard from its first word on.
pub(crate) fn opening<R: Runtime>(
    app: &AppHandle<R>,
    popups: Popups<R>,
    environment: &Environment,
) -> Opening {
    let (app, environment) = (app.clone(), environment.clone());
    Opening::by(move || {
        let options = options(popups.clone(), &environment);
        open(app.clone(), options)
    })
}

async fn open<R: Runtime>(app: AppHandle<R>, options: Answer<EngineOptions>) -> Answer<Engine> {
    let opened = async { Ok(Engine::open(options?).await?) };
    let engine = opened.await.inspect_err(|failure: &Failure| {
        tracing::error!(code = failure.code(), "the engine could not be opened");
    })?;
    app.state::<Preferences>().follow(&engine);
    theme::apply(&app);
    // Before anybody can cause an event.
    events::forward(&app, &engine);
    update::check_daily(&app, &engine);
    let begun = engine.clone();
    tauri::async_runtime::spawn(async move {
        begun.watch_surroundings();
        begun.answers_questions();
        if let Err(error) = begun.start().await {
            tracing::error!(code = error.code(), "the servers could not be connected");
        }
        if let Ok(snapshot) = begun.snapshot().await {
            let popups = app.state::<Popups<R>>();
            popups.pages().keep_only_those_of(&snapshot.servers);
        }
    });
    Ok(engine)
}

/// Shows a window that was to stay behind the tray, where nothing works before the person helps: there, it
/// could tell nobody.
pub(crate) fn come_out_if_useless<R: Runtime>(app: &AppHandle<R>) {
    let app = app.clone();
    let opening = app.state::<Opening>().inner().clone();
    tauri::async_runtime::spawn(async move {
        let vault = async { Ok::<_, Failure>(opening.engine().await?.snapshot().await?.vault) };
        if matches!(vault.await, Err(_) | Ok(VaultView::Unavailable { .. })) {
            main_window::focus(&app);
        }
    });
}

/// Deletes all data; then the app is as on its first start.
pub(crate) async fn begin_anew<R: Runtime>(app: &AppHandle<R>) -> Answer<()> {
    let opening = app.state::<Opening>().inner().clone();
    let the_rest = || {
        // What the system does not take is logged, and undone by hand.
        let _ = start_at_login::set(app, false);
        main_window::forget_pages(app);
    };
    let deleted = opening.begin_anew(the_rest).await;
    let kept = deleted
        .as_ref()
        .is_err_and(|failure| failure.code() == "data_in_use");
    if !kept {
        events::reload(app);
    }
    deleted
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
