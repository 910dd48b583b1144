//! Putting the program together, and its beginning and end.

use std::{process::ExitCode, sync::Arc, time::Duration};

use drawbridge_engine::data_folder;
use tauri::{App, AppHandle, Builder, Context, Manager as _, RunEvent, Runtime, WindowEvent};

use crate::{
    arguments, commands, deep_link,
    downloads::Downloads,
    environment::Environment,
    log, main_window, notice,
    opening::Opening,
    popup::{Popups, pages::Pages},
    preferences::Preferences,
    second_start, start,
    start_at_login::StartAtLogin,
    tray::{self, Tray},
    update::{
        Source, Updates,
        restart::{self, Successor},
    },
    window_state,
};

/// How long the end waits for others: sessions are closed, and what is being saved is saved.
const FAREWELL: Duration = Duration::from_secs(3);

/// That, or what the environment says.
struct Patience(Duration);

/// Runs the desktop app until the person closes it.
#[must_use]
pub fn run() -> ExitCode {
    log::begin();
    if cfg!(target_os = "linux") && !has_display() {
        tracing::error!("Drawbridge needs a display: neither WAYLAND_DISPLAY nor DISPLAY is set");
        return ExitCode::FAILURE;
    }
    let environment = Environment::read();
    let app = plugins(Builder::default(), &environment)
        .manage(restart::environment())
        .manage(second_start::Early::default())
        .setup(move |app| {
            if let Err(error) = begin(app, &environment) {
                // Handed on, it would be a panic.
                could_not_start(&error);
                app.handle().exit(1);
            }
            Ok(())
        })
        .build(context());
    match app {
        Ok(app) => {
            app.run(on_event);
            ExitCode::SUCCESS
        }
        Err(error) => {
            could_not_start(&error);
            ExitCode::FAILURE
        }
    }
}

fn could_not_start(error: &tauri::Error) {
    tracing::error!("Drawbridge could not start: {error}");
}

/// Configuration, front end and access rules, as they were built in.
#[must_use]
pub fn context<R: Runtime>() -> Context<R> {
    tauri::generate_context!()
}

fn plugins<R: Runtime>(builder: Builder<R>, environment: &Environment) -> Builder<R> {
    let builder = builder
        // First of all: a second process ends there.
        .plugin(second_start::plugin(environment.data_folder.as_deref()))
        .plugin(tauri_plugin_deep_link::init())
        .plugin(
            tauri_plugin_opener::Builder::new()
                .open_js_links_on_click(false)
                .build(),
        )
        .plugin(tauri_plugin_notification::init())
        .plugin(window_state::plugin())
        .plugin(tauri_plugin_updater::Builder::new().build());
    #[cfg(not(target_os = "linux"))]
    let builder = builder.plugin(tauri_plugin_clipboard_manager::init());
    commands::register(builder)
}

fn begin<R: Runtime>(app: &mut App<R>, environment: &Environment) -> tauri::Result<()> {
    let app = app.handle();
    let arguments: Vec<_> = std::env::args_os()
        .filter_map(|word| word.into_string().ok())
        .collect();
    let stored = start::stored_preferences(environment);
    let hidden = stored.keep_in_tray && arguments::begins_hidden(&arguments);
    app.manage(Preferences::new(stored));
    app.manage(Tray::new(app));
    if let Some(downloads) = Downloads::of(app) {
        app.manage(downloads);
    }
    let is_copy = environment.data_folder.is_some();
    if let Some(login) = StartAtLogin::of(app).filter(|_| !is_copy) {
        app.manage(login);
    }
    let source = Source::of(app, environment);
    app.manage(Successor::default());
    let updates = Updates::new(app, source, Arc::new(restart::restart));
    if arguments::was_not_updated(&arguments) {
        updates.begun_instead();
    }
    app.manage(updates);
    let data = data_folder(environment.data_folder.as_deref()).ok();
    let pages = Pages::in_folder(data.as_deref());
    let popups = Popups::new(app, environment, pages);
    app.manage(popups.clone());
    app.manage(start::opening(app, popups, environment));
    app.manage(Patience(environment.farewell.unwrap_or(FAREWELL)));
    let opening = app.state::<Opening>().inner().clone();
    tauri::async_runtime::spawn(async move { opening.open().await });
    main_window::create(app, environment.hint_after, hidden)?;
    if hidden {
        start::come_out_if_useless(app);
    }
    notice::listen(app);
    deep_link::listen(app, environment);
    tray::begin(app, hidden);
    deep_link::take(app, arguments::links(&arguments));
    start::add_servers(app, arguments::servers_to_add(&arguments));
    second_start::begin(app);
    #[cfg(unix)]
    end_when_told(app);
    Ok(())
}

/// Ends the program in good order when a terminal or the system says so.
#[cfg(unix)]
fn end_when_told<R: Runtime>(app: &AppHandle<R>) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        drawbridge_engine::told_to_end().await;
        tracing::info!("told to end");
        main_window::quit(&app);
    });
}

fn on_event<R: Runtime>(app: &AppHandle<R>, event: RunEvent) {
    match event {
        RunEvent::WindowEvent {
            label,
            event: WindowEvent::CloseRequested { api, .. },
            ..
        } if label == main_window::MAIN && main_window::hide(app) => api.prevent_close(),
        RunEvent::WindowEvent {
            label,
            event: WindowEvent::Destroyed,
            ..
        } if label == main_window::MAIN => {
            // Popups alone are no program.
            app.exit(0);
        }
        // A click on the Dock.
        #[cfg(target_os = "macos")]
        RunEvent::Reopen { .. } => main_window::focus(app),
        RunEvent::Exit => {
            second_start::end(app);
            #[cfg(target_os = "linux")]
            leave_the_screen();
            farewell(app);
            restart::follows(app);
        }
        _ => {}
    }
}

/// The windows are closed, and the screen hears of it before the farewell.
#[cfg(target_os = "linux")]
fn leave_the_screen() {
    if let Some(display) = gtk::gdk::Display::default() {
        display.flush();
    }
}

/// Closes the sessions, saves what is being saved and deletes what is being deleted.
pub(crate) fn farewell<R: Runtime>(app: &AppHandle<R>) {
    let (opening, patience) = (app.state::<Opening>(), app.state::<Patience>());
    tauri::async_runtime::block_on(opening.end(patience.0));
}

fn has_display() -> bool {
    ["WAYLAND_DISPLAY", "DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|display| !display.is_empty()))
}
