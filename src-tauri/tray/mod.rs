//! The icon in the tray of the desktop: whether a server needs the person, and the way to it.

mod menu;
mod needing;
#[cfg(target_os = "linux")]
pub(crate) mod panel;
#[cfg(test)]
mod tests;

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use drawbridge_engine::{
    ServerId,
    view::{Event, ServerView},
};
use tauri::{
    AppHandle, Manager as _, Runtime,
    image::Image,
    include_image,
    menu::{Menu, MenuItem, PredefinedMenuItem},
    tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent},
};

use self::menu::{Choice, Line};
use self::needing::AllNeeding;
use crate::{
    events, failure::Failure, main_window, opening::Opening, preferences::Preferences, show,
    words::words,
};

const ID: &str = "drawbridge";
const CALM: Image<'static> = include_image!("icons/64x64.png");
const NEEDS_YOU: Image<'static> = include_image!("icons/needs-you.png");

/// How long a panel may take to come after a login.
const PANEL: Duration = Duration::from_secs(20);

/// Puts the icon up, as soon as there is somebody to show it. A window that was to stay `hidden` behind
/// a tray that never comes is shown.
pub(crate) fn begin<R: Runtime>(app: &AppHandle<R>, hidden: bool) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        #[cfg(target_os = "linux")]
        tauri::async_runtime::spawn(panel::follow(app.clone()));
        let tray = app.state::<Tray<R>>();
        if tray.put_up_soon().await || !hidden {
            return;
        }
        tokio::time::sleep(PANEL).await;
        if !tray.put_up_soon().await {
            main_window::focus(&app);
        }
    });
}

/// The tray's state of this program.
pub(crate) struct Tray<R: Runtime> {
    app: AppHandle<R>,
    needing: Mutex<AllNeeding>,
    /// Nothing as long as the desktop has shown none.
    icon: Mutex<Option<TrayIcon<R>>>,
    /// Whether who showed the icon is gone. It puts itself up at whoever comes next.
    orphaned: AtomicBool,
}

impl<R: Runtime> Tray<R> {
    pub(crate) fn new(app: &AppHandle<R>) -> Self {
        Self {
            app: app.clone(),
            needing: Mutex::default(),
            icon: Mutex::new(None),
            orphaned: AtomicBool::new(false),
        }
    }

    /// Puts the icon up, unless it is; tells whether the desktop shows one. On the main thread alone:
    /// whoever waits for that thread must not hold what it wants.
    ///
    /// Asked anew each time, since a panel may come later than its programs.
    pub(crate) fn put_up(&self) -> bool {
        let mut icon = self.icon.lock().unwrap_or_else(PoisonError::into_inner);
        if icon.is_none() {
            match self.make() {
                Ok(made) => *icon = Some(made),
                Err(error) => tracing::info!("the desktop shows no tray icon: {error}"),
            }
        }
        icon.is_some() && !self.orphaned.load(Ordering::Relaxed)
    }

    /// Hears whether there still is somebody to show the icon.
    #[cfg(target_os = "linux")]
    fn has_panel(&self, there: bool) {
        self.orphaned.store(!there, Ordering::Relaxed);
    }

    /// The same from any other thread.
    pub(crate) async fn put_up_soon(&self) -> bool {
        let (answer, waiting) = tokio::sync::oneshot::channel();
        let app = self.app.clone();
        let asked = self.app.run_on_main_thread(move || {
            // Nobody waits any more at the end of the program.
            let _ = answer.send(app.state::<Self>().put_up());
        });
        asked.is_ok() && waiting.await.unwrap_or(false)
    }

    /// Begins with the servers as they are.
    pub(crate) fn look_at(&self, servers: &[ServerView]) {
        *self.needing() = AllNeeding::of(servers);
        self.redraw();
    }

    /// Follows what the engine tells.
    pub(crate) fn hear(&self, event: &Event) {
        let changed = self.needing().hear(event);
        if changed || matches!(event, Event::PreferencesChanged { .. }) {
            self.redraw();
        }
    }

    fn needing(&self) -> std::sync::MutexGuard<'_, AllNeeding> {
        self.needing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn make(&self) -> tauri::Result<TrayIcon<R>> {
        let needing = self.needing().clone();
        let language = self.app.state::<Preferences>().now().language;
        TrayIconBuilder::with_id(ID)
            .icon(picture(&needing))
            .tooltip((words(language).need_you)(needing.servers().len()))
            .menu(&self.menu(&needing)?)
            .show_menu_on_left_click(cfg!(target_os = "macos"))
            .on_menu_event(|app, event| {
                if let Some(choice) = Choice::named(&event.id.0) {
                    choose(app, choice);
                }
            })
            .on_tray_icon_event(|icon, event| {
                if let TrayIconEvent::Click {
                    button: MouseButton::Left,
                    button_state: MouseButtonState::Up,
                    ..
                } = event
                {
                    choose(icon.app_handle(), Choice::Show);
                }
            })
            .build(&self.app)
    }

    fn menu(&self, needing: &AllNeeding) -> tauri::Result<Menu<R>> {
        let language = self.app.state::<Preferences>().now().language;
        let menu = Menu::new(&self.app)?;
        for line in menu::lines(needing, words(language)) {
            match line {
                Line::Choice(id, words) => {
                    menu.append(&MenuItem::with_id(
                        &self.app,
                        id,
                        words,
                        true,
                        None::<&str>,
                    )?)?;
                }
                Line::Rule => menu.append(&PredefinedMenuItem::separator(&self.app)?)?,
            }
        }
        Ok(menu)
    }

    fn redraw(&self) {
        let icon = self
            .icon
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let Some(icon) = icon else {
            return;
        };
        let needing = self.needing().clone();
        let language = self.app.state::<Preferences>().now().language;
        let drawn = || {
            icon.set_menu(Some(self.menu(&needing)?))?;
            icon.set_icon(Some(picture(&needing)))?;
            icon.set_tooltip(Some((words(language).need_you)(needing.servers().len())))
        };
        if let Err(error) = drawn() {
            tracing::warn!("the tray shows what was: {error}");
        }
    }
}

fn picture(needing: &AllNeeding) -> Image<'static> {
    if needing.servers().is_empty() {
        CALM
    } else {
        NEEDS_YOU
    }
}

fn choose<R: Runtime>(app: &AppHandle<R>, choice: Choice) {
    match choice {
        Choice::Show => main_window::focus(app),
        Choice::ShowNeeding => show::needing(app),
        Choice::Review(server) => show::server(app, &server),
        Choice::Reconnect(server) => {
            show::server(app, &server);
            reconnect(app, server.into());
        }
        Choice::Quit => main_window::quit(app),
    }
}

fn reconnect<R: Runtime>(app: &AppHandle<R>, server: ServerId) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let opening = app.state::<Opening>();
        let asked = async { Ok::<_, Failure>(opening.engine().await?.connect(&server).await?) };
        if let Err(failure) = asked.await {
            events::trouble(&app, &server, failure);
        }
    });
}
