//! On Windows a value of the registry, on macOS an agent of the person's.

use auto_launch::{AutoLaunch, AutoLaunchBuilder, Result};
use tauri::{AppHandle, Runtime};

use crate::arguments::HIDDEN;

pub(crate) struct StartAtLogin(AutoLaunch);

impl StartAtLogin {
    pub(super) fn made<R: Runtime>(app: &AppHandle<R>) -> Result<Self> {
        let launch = AutoLaunchBuilder::new()
            .set_app_name(&app.package_info().name)
            .set_app_path(&program()?)
            // Started by the system, the app stays in the tray if the person keeps it there.
            .set_args(&[HIDDEN])
            .build();
        launch.map(Self)
    }

    pub(super) fn is_on(&self) -> Result<bool> {
        self.0.is_enabled()
    }

    pub(super) fn switch_on(&self) -> Result<()> {
        self.0.enable()
    }

    pub(super) fn switch_off(&self) -> Result<()> {
        if self.0.is_enabled().unwrap_or(true) {
            self.0.disable()
        } else {
            Ok(())
        }
    }
}

/// The program as the system is told of it: one word of a command, and no path holds a quote.
#[cfg(windows)]
fn program() -> std::io::Result<String> {
    Ok(format!("\"{}\"", std::env::current_exe()?.display()))
}

/// The program as the system is told of it.
#[cfg(not(windows))]
fn program() -> std::io::Result<String> {
    let program = std::env::current_exe()?.canonicalize()?;
    Ok(program.display().to_string())
}
