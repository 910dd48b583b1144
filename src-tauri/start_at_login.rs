//! Whether the system starts the app when the person logs in. The system knows it; nothing here does.

use tauri::{AppHandle, Manager as _, Runtime, plugin::TauriPlugin};
use tauri_plugin_autostart::{AutoLaunchManager, MacosLauncher};

#[cfg(target_os = "linux")]
use crate::desktop_entry;
use crate::{
    arguments::HIDDEN,
    failure::{Answer, Failure},
};

/// Started by the system, the app stays in the tray if the person keeps it there. A copy on other data goes
/// without it: what the system starts is the person's own.
pub(crate) fn plugin<R: Runtime>() -> TauriPlugin<R> {
    tauri_plugin_autostart::init(MacosLauncher::LaunchAgent, Some(vec![HIDDEN]))
}

/// Whether it does; nothing where the system does not tell.
pub(crate) fn is_on<R: Runtime>(app: &AppHandle<R>) -> Option<bool> {
    let told = app.try_state::<AutoLaunchManager>()?.is_enabled();
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
    let manager = app
        .try_state::<AutoLaunchManager>()
        .ok_or_else(|| failed("there is nobody to tell"))?;
    let told = if on {
        let enabled = manager.enable();
        #[cfg(target_os = "linux")]
        if enabled.is_ok() {
            quote(app).map_err(|error| failed(&error.to_string()))?;
        }
        enabled
    } else if manager.is_enabled().unwrap_or(true) {
        manager.disable()
    } else {
        Ok(())
    };
    told.map_err(|error| failed(&error.to_string()))
}

/// The program's path may have words of its own.
#[cfg(target_os = "linux")]
fn quote<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<()> {
    let entry = app.path().home_dir()?.join(".config/autostart");
    let entry = entry.join(format!("{}.desktop", app.package_info().name));
    let command = format!("{} {HIDDEN}", desktop_entry::program(app)?);
    Ok(desktop_entry::set_command(&entry, &command)?)
}
