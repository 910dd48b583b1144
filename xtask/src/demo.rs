//! `cargo xtask demo`

use std::process::Stdio;

use anyhow::{Result, bail};

use crate::{
    machine::{self, Need},
    place,
    run::front_end,
    step::{cargo, command, run, step},
};

/// Who clicks: the program that opens the app beside sample servers, and its package.
struct Demo {
    program: &'static str,
    package: &'static str,
}

const PERSON: Demo = Demo {
    program: "demo",
    package: "drawbridge-testkit",
};
/// For itself, which takes a desk, and so Linux.
const ALONE: Demo = Demo {
    program: "demo-alone",
    package: "drawbridge-desk",
};

/// The app beside sample servers. With a display the person clicks; without one it clicks for
/// itself, and succeeds only when it saw *Connected* and ran a tool.
pub(crate) fn demo(arguments: &[&str]) -> Result<()> {
    let headless = match arguments {
        [] => !has_display(),
        ["--headless"] => true,
        _ => bail!("demo takes --headless or nothing"),
    };
    if headless && !cfg!(target_os = "linux") {
        bail!("it clicks for itself on Linux alone");
    }
    let (demo, needs) = if headless {
        (ALONE, &[Need::Build, Need::Person][..])
    } else {
        (PERSON, &[Need::Build][..])
    };
    machine::prepare(needs)?;
    front_end()?;
    step("build the app and the sample servers", || {
        let packages = ["--package", "drawbridge-desktop", "--package", demo.package];
        run(cargo().arg("build").args(packages))
    })?;
    let mut program = command(place::built(demo.program));
    program.arg(place::built("drawbridge-desktop"));
    run(program.stdin(Stdio::inherit()))
}

fn has_display() -> bool {
    !cfg!(target_os = "linux")
        || ["DISPLAY", "WAYLAND_DISPLAY"]
            .iter()
            .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}
