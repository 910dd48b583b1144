//! Whether the system starts the app when the person logs in. The system knows it; nothing here does.

#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(target_os = "linux")]
mod linux;

use tauri::{AppHandle, Manager as _, Runtime};

#[cfg(not(target_os = "linux"))]
pub(crate) use self::elsewhere::StartAtLogin;
#[cfg(target_os = "linux")]
pub(crate) use self::linux::StartAtLogin;
use crate::failure::{Answer, Failure};

impl StartAtLogin {
    /// What tells the system. A copy on other data goes without it: what the system starts is the person's own.
    pub(crate) fn of<R: Runtime>(app: &AppHandle<R>) -> Option<Self> {
        Self::made(app)
            .inspect_err(|error| tracing::warn!("the app cannot start at login: {error}"))
            .ok()
    }
}

/// Whether it does; nothing where the system does not tell.
pub(crate) fn is_on<R: Runtime>(app: &AppHandle<R>) -> Option<bool> {
    let told = app.try_state::<StartAtLogin>()?.is_on();
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
        system.switch_on()
    } else {
        system.switch_off()
    };
    told.map_err(|error| failed(&error.to_string()))
}
