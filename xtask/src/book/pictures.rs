//! The pictures of the guide are screens that the end-to-end tests have taken.

use std::{ffi::OsString, fs};

use anyhow::{Context as _, Result, bail};

use crate::place;

/// Where the guide and the README have them.
const PICTURES: &str = "docs/guide/src/images";

/// Takes the newest screens of the same names; every one has to be there.
pub(super) fn renew() -> Result<()> {
    let screens = place::target().join("screens");
    let mut missing = Vec::<OsString>::new();
    for entry in fs::read_dir(place::root().join(PICTURES))? {
        let picture = entry?;
        let screen = screens.join(picture.file_name());
        if screen.exists() {
            fs::copy(&screen, picture.path())
                .with_context(|| format!("could not copy {}", screen.display()))?;
        } else {
            missing.push(picture.file_name());
        }
    }
    if !missing.is_empty() {
        bail!("`cargo xtask test end-to-end` has not taken these: {missing:?}");
    }
    Ok(())
}
