//! App and command as one library and two small programs, for the packages of Linux: see
//! `crates/both`.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, ensure};

use crate::{
    place,
    step::{cargo, command, read, run},
};

/// What the window is made of. The app asks for it, the library does not.
const WINDOW: [&str; 3] = ["webkit2gtk-4.1", "gtk+-3.0", "dbus-1"];
/// Where the programs look for the library, from the folder that they are in.
const LIBRARY: &str = "../lib/drawbridge";
/// What the library may ask for, and the command with it.
const BARE: [&str; 4] = ["libgcc_s.so.", "libm.so.", "libc.so.", "ld-linux-"];

/// Where Tauri reads what kind of package it is in, until somebody has written it there.
const UNKNOWN_KIND: &[u8] = b"__TAURI_BUNDLE_TYPE_VAR_UNK";

/// Builds them: the app where cargo would put it, library and command in `target/bundle`. Answers
/// with the command.
pub(super) fn build(programs: &Path, target: &[&str]) -> Result<PathBuf> {
    let folder = place::bundle();
    let libraries = folder.join("bin").join(LIBRARY);
    fs::create_dir_all(folder.join("bin"))?;
    fs::create_dir_all(&libraries)?;
    compile(&folder.join("window"), target)?;
    let library = libraries.join("libdrawbridge.so");
    // Not copied: it is no program, so nobody may run it.
    fs::write(&library, fs::read(programs.join("libdrawbridge.so"))?)?;
    asks_for_nothing_of_the_window(&library)?;

    let window = read(command("pkg-config").arg("--libs").args(WINDOW))?;
    let window: Vec<_> = window.split_whitespace().map(str::to_owned).collect();
    let window = [&["-Wl,--no-as-needed".to_owned()], &window[..]].concat();
    link(
        "app",
        &window,
        &libraries,
        &programs.join("drawbridge-desktop"),
    )?;

    let nowhere = folder.join("window/nowhere");
    fs::write(&nowhere, what_the_window_has(&library)?)?;
    let nowhere = format!("@{}", nowhere.display());
    let program = folder.join("bin/drawbridge");
    link("command", &[nowhere], &libraries, &program)?;
    Ok(program)
}

/// Writes into the library what kind of package it will be in. Tauri would write it into the app,
/// and does not find the place there.
pub(super) fn mark(programs: &Path, kind: &str) -> Result<()> {
    let mut library = fs::read(programs.join("libdrawbridge.so"))?;
    let mut places = library.windows(UNKNOWN_KIND.len());
    let place = places.position(|bytes| bytes == UNKNOWN_KIND);
    let end = place.context("Tauri has no place for the kind of package")? + UNKNOWN_KIND.len();
    let kind = match kind {
        "appimage" => "APP",
        kind => &kind.to_uppercase(),
    };
    library[end - kind.len()..end].copy_from_slice(kind.as_bytes());
    let marked = place::bundle().join("bin").join(LIBRARY);
    let marked = marked.join("libdrawbridge.so");
    fs::write(&marked, library)?;
    // It is loaded, not run; and everybody may, whatever may be read of new files here.
    run(command("chmod").arg("644").arg(&marked))
}

/// The library, as small as it gets.
fn compile(empty: &Path, target: &[&str]) -> Result<()> {
    let script = place::root().join("crates/both/lean.ld");
    fs::create_dir_all(empty)?;
    for name in libraries_of_the_window()? {
        fs::write(empty.join(format!("lib{name}.so")), "")?;
    }
    let mut cargo = cargo();
    cargo.args(["rustc", "--release", "--package", "drawbridge-both"]);
    cargo.args(target).arg("--");
    for argument in [
        "-Wl,-soname,libdrawbridge.so".to_owned(),
        // Places to correct at the start, packed. glibc has known how since 2.36.
        "-Wl,-z,pack-relative-relocs".to_owned(),
        // One function where several came out the same.
        "-Wl,--icf=all".to_owned(),
        "-Wl,--no-eh-frame-hdr".to_owned(),
        script.display().to_string(),
    ] {
        cargo.arg(format!("-Clink-arg={argument}"));
    }
    // Found first, and empty: so the library asks for none of them.
    run(cargo.arg(format!("-Lnative={}", empty.display())))
}

/// Such as `gtk-3`.
fn libraries_of_the_window() -> Result<Vec<String>> {
    let flags = read(command("pkg-config").arg("--libs-only-l").args(WINDOW))?;
    let names = flags.split_whitespace();
    Ok(names
        .filter_map(|flag| flag.strip_prefix("-l").map(str::to_owned))
        .collect())
}

fn asks_for_nothing_of_the_window(library: &Path) -> Result<()> {
    let facts = read(command("readelf").arg("--dynamic").arg(library))?;
    let needed = facts.lines().filter(|line| line.contains("(NEEDED)"));
    let others: Vec<_> = needed
        .filter(|line| !BARE.iter().any(|bare| line.contains(bare)))
        .collect();
    ensure!(
        others.is_empty(),
        "the command would load what only the window needs: {others:?}"
    );
    Ok(())
}

/// The functions of the window that the library calls. To the command they are nowhere: it never
/// calls them, but they have to have an address. What comes with a version is of glibc.
fn what_the_window_has(library: &Path) -> Result<String> {
    let mut nm = command("nm");
    let listed = read(nm.args(["--dynamic", "--undefined-only"]).arg(library))?;
    let names = listed.lines().filter_map(|line| {
        let name = line.trim_start().strip_prefix("U ")?;
        (!name.contains('@')).then_some(name)
    });
    let mut flags = String::new();
    for name in names {
        writeln!(flags, "-Wl,--defsym={name}=0")?;
    }
    Ok(flags)
}

/// One of the two programs. The linker refuses one that would miss a function.
fn link(face: &str, window: &[String], libraries: &Path, program: &Path) -> Result<()> {
    let source = place::root().join("crates/both/program.c");
    let mut cc = command("cc");
    cc.args(["-Os", "-fPIE", "-pie", "-s", "-Wall", "-Werror"]);
    cc.arg(format!("-DRUN=drawbridge_{face}")).arg(source);
    cc.arg("-o").arg(program);
    cc.arg(format!("-L{}", libraries.display()))
        .arg("-ldrawbridge");
    cc.arg(format!("-Wl,-z,now,-rpath,$ORIGIN/{LIBRARY}"));
    run(cc.args(window)).with_context(|| format!("{face} and libdrawbridge.so"))
}

#[cfg(test)]
mod tests {
    /// Images whose glibc is 2.36 or newer, as packed relocations want it.
    const NEW_ENOUGH: [&str; 2] = ["rust:1-bookworm", "rust:1-trixie"];

    #[test]
    fn a_release_is_built_where_its_own_library_can_be_loaded() {
        let workflow = include_str!("../../../.github/workflows/release.yml");
        let mut jobs = workflow.lines();
        let linux = jobs.find(|job| job.contains("unknown-linux-gnu")).unwrap();
        let image = linux.split("container: \"").nth(1).unwrap_or(linux);
        let image = image.split('"').next().unwrap();
        assert!(NEW_ENOUGH.contains(&image), "{image}");
        assert!(workflow.contains("container: ${{ matrix.container }}"));
        let depends = include_str!("../../../tauri.linux.conf.json");
        assert!(depends.contains("libc6 (>= 2.36)"));
    }
}
