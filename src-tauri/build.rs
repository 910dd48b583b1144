//! Build script of the desktop app: declares its commands, so that whatever no capability
//! allows is refused, and makes sure that there is a front end to put into the program.

#[path = "commands/names.rs"]
#[expect(
    unreachable_pub,
    reason = "the library shows the same file to its tests"
)]
mod names;

use std::{error::Error, fs, io, path::Path};

use tauri_build::{Attributes, DefaultPermissionRule, InlinedPlugin};

fn main() -> Result<(), Box<dyn Error>> {
    placeholder_front_end(Path::new("ui/dist"))?;
    println!("cargo:rerun-if-changed=capabilities");
    let plugins = names::PLUGINS.iter().map(|&(name, commands)| {
        let plugin = InlinedPlugin::new()
            .commands(commands)
            .default_permission(DefaultPermissionRule::AllowAllCommands);
        (name, plugin)
    });
    tauri_build::try_build(Attributes::new().plugins(plugins))?;
    Ok(())
}

/// Rust compiles before the front end was built, too.
fn placeholder_front_end(dist: &Path) -> io::Result<()> {
    let page = dist.join("index.html");
    println!("cargo:rerun-if-changed={}", page.display());
    if page.exists() {
        return Ok(());
    }
    fs::create_dir_all(dist)?;
    fs::write(
        page,
        "<!doctype html><title>Drawbridge</title><p>The front end was not built: <code>cargo xtask run</code> builds it.</p>",
    )
}
