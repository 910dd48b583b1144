//! `cargo xtask demo`

use std::process::Stdio;

use anyhow::{Result, bail};

use crate::{
    machine, place,
    run::front_end,
    step::{cargo, command, run, step},
};

/// The app beside sample servers. With a display the person clicks; without one it clicks for
/// itself, and succeeds only when it saw *Connected* and ran a tool.
pub(crate) fn demo(arguments: &[&str]) -> Result<()> {
    let headless = match arguments {
        [] => !has_display(),
        ["--headless"] => true,
        _ => bail!("demo takes --headless or nothing"),
    };
    machine::can_build()?;
    if headless {
        machine::can_seat_a_person()?;
    }
    front_end()?;
    step("build the app and the sample servers", || {
        run(cargo().args([
            "build",
            "--package",
            "drawbridge-desktop",
            "--package",
            "drawbridge-desk",
        ]))
    })?;
    let mut demo = command(place::built("demo"));
    demo.arg(place::built("drawbridge-desktop"))
        .stdin(Stdio::inherit());
    if headless {
        demo.arg("--headless");
    }
    run(&mut demo)
}

fn has_display() -> bool {
    !cfg!(target_os = "linux")
        || ["DISPLAY", "WAYLAND_DISPLAY"]
            .iter()
            .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}
