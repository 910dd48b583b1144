//! Whether the system starts the app when the person logs in. The system knows it; nothing here does.

use std::io;

use auto_launch::{AutoLaunch, AutoLaunchBuilder};
use tauri::{AppHandle, Manager as _, Runtime};

#[cfg(target_os = "linux")]
use crate::desktop_entry;
use crate::{
    arguments::HIDDEN,
    failure::{Answer, Failure},
};

/// What tells the system.
pub(crate) struct StartAtLogin(AutoLaunch);

impl StartAtLogin {
    /// Started by the system, the app stays in the tray if the person keeps it there. A copy on other data goes
    /// without it: what the system starts is the person's own.
    pub(crate) fn of<R: Runtime>(app: &AppHandle<R>) -> Option<Self> {
        let made = program(app).map(|program| {
            AutoLaunchBuilder::new()
                .set_app_name(&app.package_info().name)
                .set_app_path(&program)
                .set_args(&[HIDDEN])
                .build()
        });
        let made = made.map_err(Into::into).flatten();
        made.inspect_err(|error| tracing::warn!("the app cannot start at login: {error}"))
            .map(Self)
            .ok()
    }
}

/// Whether it does; nothing where the system does not tell.
pub(crate) fn is_on<R: Runtime>(app: &AppHandle<R>) -> Option<bool> {
    let told = app.try_state::<StartAtLogin>()?.0.is_enabled();
    told.inspect_err(|error| {
        tracing::warn!("it is not known whether the app starts at login: {error}");
    })
    .ok()
}

/// Tells the system to do so, or not to.
pub(crate) fn set<R: Runtime>(app: &AppHandle<R>, on: bool) -> Answer<()> {
    let failed = |why: &str| {
        tracing::warn!("the start at login was not changed: {why}");
        Failure::new(
            "start_at_login",
            "The system did not take it that Drawbridge starts at login.",
            Some("Set it in the settings of your desktop."),
        )
    };
    let system = app
        .try_state::<StartAtLogin>()
        .ok_or_else(|| failed("there is nobody to tell"))?;
    let told = if on {
        system.0.enable()
    } else if system.0.is_enabled().unwrap_or(true) {
        system.0.disable()
    } else {
        Ok(())
    };
    told.map_err(|error| failed(&error.to_string()))
}

/// The program as the system is told of it, whatever is in its path.
#[cfg(target_os = "linux")]
fn program<R: Runtime>(app: &AppHandle<R>) -> io::Result<String> {
    desktop_entry::program(app)
}

/// The program as the system is told of it: one word of a command, and no path holds a quote.
#[cfg(windows)]
fn program<R: Runtime>(_: &AppHandle<R>) -> io::Result<String> {
    Ok(format!("\"{}\"", std::env::current_exe()?.display()))
}

/// The program as the system is told of it.
#[cfg(target_os = "macos")]
fn program<R: Runtime>(_: &AppHandle<R>) -> io::Result<String> {
    let program = std::env::current_exe()?.canonicalize()?;
    Ok(program.display().to_string())
}
