//! The person's browser.

use std::{fs, os::unix::fs::PermissionsExt as _};

use anyhow::Result;
use tempfile::TempDir;

use super::Desk;
use crate::wait_until;

/// What it was asked to open.
const OPENED: &str = "opened";

/// A browser that writes down what it is asked to open, and opens nothing.
#[derive(Debug)]
pub struct Browser {
    // Not in the person's home: what it writes down holds a state, as the page of a browser does.
    folder: TempDir,
}

impl Browser {
    /// Makes it the desk's browser.
    pub fn install(desk: &Desk) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let opened = folder.path().join(OPENED);
        let program = desk.home().join("browser");
        // Written under another name first, so that a reader never sees half a line.
        let script = format!(
            "#!/bin/sh\nprintf '%s' \"$1\" > '{0}.part' && mv '{0}.part' '{0}'\n",
            opened.display()
        );
        fs::write(&program, script)?;
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755))?;
        let applications = desk.data_home().join("applications");
        fs::create_dir_all(&applications)?;
        fs::write(
            applications.join("browser.desktop"),
            format!(
                "[Desktop Entry]\nType=Application\nName=Browser\nExec={} %u\n\
                 MimeType=x-scheme-handler/http;x-scheme-handler/https;\n",
                program.display()
            ),
        )?;
        fs::write(
            applications.join("mimeapps.list"),
            "[Default Applications]\nx-scheme-handler/http=browser.desktop\n\
             x-scheme-handler/https=browser.desktop\n",
        )?;
        Ok(Self { folder })
    }

    /// The URL that it was asked to open.
    pub async fn url(&self) -> Result<String> {
        wait_until("the browser to be asked for a page", async || {
            Ok(fs::read_to_string(self.folder.path().join(OPENED)).ok())
        })
        .await
    }
}
