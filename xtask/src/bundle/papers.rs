//! What comes with the programs in a package: manual pages, completions, the changelog.

use std::{fs, io::Write as _, path::Path};

use anyhow::Result;
use flate2::{Compression, GzBuilder};

use crate::{
    place,
    step::{command, read},
};

/// The name of each completion as its shell looks for it.
const COMPLETIONS: [(&str, &str); 3] = [
    ("bash", "drawbridge.bash"),
    ("fish", "drawbridge.fish"),
    ("zsh", "_drawbridge"),
];

/// Writes them into `folder`.
pub(super) fn write(program: &Path, folder: &Path) -> Result<()> {
    for (shell, name) in COMPLETIONS {
        let words = read(command(program).args(["completions", shell]))?;
        fs::write(folder.join(name), words)?;
    }
    let manual = read(command(program).arg("man"))?;
    packed(&folder.join("drawbridge.1.gz"), manual.as_bytes())?;
    let window = fs::read(place::root().join("src-tauri/linux/drawbridge-desktop.1"))?;
    packed(&folder.join("drawbridge-desktop.1.gz"), &window)?;
    packed(&folder.join("changelog.gz"), changelog()?.as_bytes())
}

/// Without a name or a time in it, so that the same source makes the same package.
fn packed(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut packed = GzBuilder::new().write(fs::File::create(path)?, Compression::best());
    packed.write_all(bytes)?;
    packed.finish()?;
    Ok(())
}

/// As Debian wants it; what changed stands in `CHANGELOG.md`.
fn changelog() -> Result<String> {
    let version = env!("CARGO_PKG_VERSION");
    let date = read(command("git").args(["log", "-1", "--format=%aD"]))?;
    Ok(format!(
        "drawbridge ({version}) stable; urgency=medium\n\n  * See CHANGELOG.md in the source.\n\n \
         -- Drawbridge contributors <maintainers@drawbridge.dev>  {}\n",
        date.trim()
    ))
}
