//! On a Linux desktop an entry in the folder that it looks into at login (Desktop Application Autostart
//! Specification 0.5).

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use tauri::{AppHandle, Manager as _, Runtime};

use crate::{arguments::HIDDEN, desktop_entry};

pub(crate) struct StartAtLogin {
    entry: PathBuf,
    text: String,
}

impl StartAtLogin {
    pub(super) fn made<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<Self> {
        let settings = app.path().config_dir()?;
        let program = desktop_entry::program(app)?;
        Ok(Self::among(&settings, &app.package_info().name, &program))
    }

    /// Started by the system, the app stays in the tray if the person keeps it there.
    fn among(settings: &Path, name: &str, program: &str) -> Self {
        let folder = settings.join("autostart");
        Self {
            entry: folder.join(format!("{name}.desktop")),
            text: format!(
                "[Desktop Entry]\nType=Application\nName={name}\nExec={program} {HIDDEN}\n\
                 StartupNotify=false\nTerminal=false\n"
            ),
        }
    }

    pub(super) fn is_on(&self) -> io::Result<bool> {
        self.entry.try_exists()
    }

    pub(super) fn switch_on(&self) -> io::Result<()> {
        if let Some(folder) = self.entry.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&self.entry, &self.text)
    }

    pub(super) fn switch_off(&self) -> io::Result<()> {
        match fs::remove_file(&self.entry) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_entry_comes_and_goes_with_the_start_at_login() {
        let home = tempfile::tempdir().unwrap();
        let settings = home.path().join("settings");
        let system = StartAtLogin::among(&settings, "Drawbridge", "\"/my apps/app\"");
        assert!(!system.is_on().unwrap());

        system.switch_on().unwrap();
        assert!(system.is_on().unwrap());
        let text = fs::read_to_string(settings.join("autostart/Drawbridge.desktop")).unwrap();
        assert_eq!(
            text,
            "[Desktop Entry]\nType=Application\nName=Drawbridge\nExec=\"/my apps/app\" --hidden\n\
             StartupNotify=false\nTerminal=false\n"
        );

        system.switch_off().unwrap();
        assert!(!system.is_on().unwrap());
        system.switch_off().unwrap();
    }
}
