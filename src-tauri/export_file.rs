//! All data as a file.

use std::{io, path::PathBuf};

use tauri::{AppHandle, Runtime};

use crate::{
    downloads,
    failure::{Answer, Failure},
};

/// Writes it among the person's downloads; answers where.
pub(crate) fn write<R: Runtime>(app: &AppHandle<R>, text: &str) -> Answer<PathBuf> {
    downloads::put(app, "drawbridge", "json", text.as_bytes()).map_err(|error| failed(&error))
}

fn failed(error: &io::Error) -> Failure {
    tracing::warn!("the export was not written: {error}");
    Failure::new(
        "export_not_written",
        &format!("The file could not be written: {error}."),
        Some("Make room for it in your downloads, or use the command: drawbridge export."),
    )
}
