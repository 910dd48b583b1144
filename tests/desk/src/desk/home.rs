//! A home folder of one's own.

use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use tempfile::TempDir;
use tokio::process::Command;

/// Variables of the surrounding session that must not reach a desk.
const FOREIGN: [&str; 14] = [
    "WAYLAND_DISPLAY",
    "XAUTHORITY",
    "SESSION_MANAGER",
    "DESKTOP_SESSION",
    "XDG_CURRENT_DESKTOP",
    "XDG_SESSION_TYPE",
    "XDG_SESSION_ID",
    "LANGUAGE",
    "GDK_BACKEND",
    "GTK_THEME",
    "GTK_MODULES",
    // It would take the keys, and look for its program in vain.
    "GTK_IM_MODULE",
    "XMODIFIERS",
    // The keychain that is to be replaced is never the one of whoever runs the tests.
    "GNOME_KEYRING_CONTROL",
];

/// Whether it stays outside: those, how people there speak and reach the internet, and what they want of our
/// own programs.
fn is_foreign(name: &str) -> bool {
    FOREIGN.contains(&name)
        || ["LC_", "DRAWBRIDGE_"]
            .iter()
            .any(|family| name.starts_with(family))
        || name.to_ascii_lowercase().ends_with("_proxy")
}

/// The person's folders.
#[derive(Debug)]
pub(super) struct Home {
    folder: TempDir,
}

impl Home {
    /// New and empty, but for what the person likes of windows.
    pub(super) fn new(dark: bool, still: bool) -> Result<Self> {
        // Short, because it holds sockets, and their paths end after 107 bytes; and without blanks, which not
        // every program of a desktop can read in an address or a command. `TMPDIR` may be neither.
        let folder = tempfile::Builder::new()
            .prefix("desk-")
            .tempdir_in("/tmp")?;
        let home = Self { folder };
        for (_, place) in home.folders() {
            fs::create_dir_all(&place)
                .with_context(|| format!("could not make {}", place.display()))?;
        }
        fs::create_dir_all(home.logs())?;
        // The specification wants it private; gnome-keyring insists.
        fs::set_permissions(home.runtime(), fs::Permissions::from_mode(0o700))?;
        let gtk = home.path().join(".config/gtk-3.0");
        fs::create_dir_all(&gtk)?;
        let moves = u8::from(!still);
        fs::write(
            gtk.join("settings.ini"),
            format!(
                "[Settings]\ngtk-application-prefer-dark-theme={}\n\
                 gtk-cursor-blink={moves}\ngtk-enable-animations={moves}\n",
                u8::from(dark)
            ),
        )?;
        Ok(home)
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(super) fn data(&self) -> PathBuf {
        self.path().join(".local/share")
    }

    pub(super) fn logs(&self) -> PathBuf {
        self.path().join("logs")
    }

    pub(super) fn runtime(&self) -> PathBuf {
        self.path().join("run")
    }

    fn folders(&self) -> [(&'static str, PathBuf); 6] {
        let home = self.path();
        [
            ("HOME", home.to_owned()),
            ("XDG_DATA_HOME", self.data()),
            ("XDG_CONFIG_HOME", home.join(".config")),
            ("XDG_CACHE_HOME", home.join(".cache")),
            ("XDG_STATE_HOME", home.join(".local/state")),
            ("XDG_RUNTIME_DIR", self.runtime()),
        ]
    }

    pub(super) fn environment(&self) -> Vec<(&'static str, OsString)> {
        let folders = self.folders().map(|(name, place)| (name, place.into()));
        let mut all = Vec::from(folders);
        // Nobody listens for assistive technology here, and looking for it takes seconds.
        all.push(("NO_AT_BRIDGE", "1".into()));
        // A name and a place that do not depend on who runs the tests.
        all.push(("LANG", "C.UTF-8".into()));
        all.push(("TZ", "UTC".into()));
        all
    }
}

/// Takes away what belongs to the session that the tests run in.
pub(super) fn clean(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(is_foreign) {
            command.env_remove(name);
        }
    }
}

/// Opens a log to go on writing.
pub(crate) fn log_file(path: &Path) -> Result<File> {
    OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .with_context(|| format!("could not open {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::is_foreign;

    #[test]
    fn a_desk_is_the_same_wherever_it_stands() {
        for name in [
            "LC_ALL",
            "LANGUAGE",
            "http_proxy",
            "NO_PROXY",
            "DRAWBRIDGE_LOG",
        ] {
            assert!(is_foreign(name), "{name}");
        }
        for name in ["PATH", "XDG_DATA_DIRS", "TMPDIR", "RUST_BACKTRACE"] {
            assert!(!is_foreign(name), "{name}");
        }
    }
}
