//! Where things are.

use std::path::{Path, PathBuf};

/// The root of the work tree.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// Where cargo builds.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// What comes into packages beside what cargo builds. The configurations of the bundles look for it
/// here, wherever that is.
pub(crate) fn bundle() -> PathBuf {
    root().join("target/bundle")
}

/// A program of the debug build.
pub(crate) fn built(name: &str) -> PathBuf {
    target()
        .join("debug")
        .join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// Where our own tools go, so that `~/.cargo` stays as it is.
pub(crate) fn tools() -> PathBuf {
    root().join("target/tools")
}
