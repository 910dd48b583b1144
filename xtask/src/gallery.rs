//! `cargo xtask gallery`

use std::{env, ffi::OsStr, path::PathBuf};

use anyhow::{Context as _, Result};

use crate::{
    machine::{self, Need},
    place,
    step::{npm, run, step},
};

/// What the browser may be called, in the order of preference.
const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// A picture of every scene of `tests/gallery/scenes.mjs` in every look, and a page that shows them all.
pub(crate) fn gallery() -> Result<()> {
    machine::prepare(&[Need::Build, Need::Pictures])?;
    let browser = browser(&env::var_os("PATH").unwrap_or_default()).with_context(|| {
        format!(
            "no browser takes the pictures: none of {} is in PATH",
            BROWSERS.join(", ")
        )
    })?;
    let folder = place::target().join("gallery");
    step("take the pictures", || {
        let mut make = npm("tests/gallery");
        make.args(["run", "--silent", "make", "--"]);
        run(make.arg(&folder).arg(browser))
    })?;
    println!("  {}", folder.join("index.html").display());
    Ok(())
}

fn browser(path: &OsStr) -> Option<PathBuf> {
    BROWSERS.iter().find_map(|name| {
        env::split_paths(path)
            .map(|folder| folder.join(name))
            .find(|program| program.is_file())
    })
}

#[cfg(test)]
mod tests {
    use std::{env, fs};

    use super::browser;

    #[test]
    fn a_browser_is_found_by_any_of_its_names_wherever_the_path_leads() {
        let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let path = env::join_paths(folders.iter().map(tempfile::TempDir::path)).unwrap();
        assert_eq!(browser(&path), None);
        let chrome = folders[0].path().join("google-chrome");
        fs::write(&chrome, "").unwrap();
        assert_eq!(browser(&path), Some(chrome));
        let chromium = folders[1].path().join("chromium");
        fs::write(&chromium, "").unwrap();
        assert_eq!(browser(&path), Some(chromium));
    }
}
