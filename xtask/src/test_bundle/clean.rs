//! A Debian 12 in a folder, made anew.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};

use crate::{
    machine, place,
    step::{read, run},
};

const RELEASE: &str = "bookworm";
const MIRROR: &str = "http://deb.debian.org/debian";
const PERSON: &str = "ada";

/// Its folder. Everything in it goes when it is dropped, and whatever runs in it ends with the
/// command that started it.
pub(super) struct CleanDebian {
    root: PathBuf,
}

impl CleanDebian {
    pub(super) fn make() -> Result<Self> {
        let root = place::target().join("clean-debian");
        let debian = Self { root };
        debian.empty()?;
        let mut make = machine::as_root("debootstrap")?;
        make.args(["--variant=minbase", RELEASE]);
        run(make
            .arg(&debian.root)
            .arg(MIRROR)
            .stdout(std::process::Stdio::null()))?;
        // No service may start while packages are put in.
        debian.write("usr/sbin/policy-rc.d", "#!/bin/sh\nexit 101\n")?;
        run(debian
            .inside("chmod")?
            .args(["755", "/usr/sbin/policy-rc.d"]))?;
        run(debian.inside("useradd")?.args(["--create-home", PERSON]))?;
        Ok(debian)
    }

    /// Runs apt in it.
    pub(super) fn apt(&self, words: &[&str]) -> Result<()> {
        let mut apt = self.inside("env")?;
        apt.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "--yes", "-qq"]);
        apt.arg("--no-install-recommends").args(words);
        run(apt.stdout(std::process::Stdio::null()))
    }

    /// Runs dpkg in it.
    pub(super) fn dpkg(&self, words: &[&str]) -> Result<()> {
        run(self.inside("dpkg")?.args(words))
    }

    /// Runs rpm on it, from outside: there is none in it, and nothing that was put in by one.
    pub(super) fn rpm(&self, words: &[&str]) -> Result<()> {
        run(self.with_rpm()?.arg("--nodeps").args(words))?;
        // What RPM systems do by themselves whenever an application comes or goes.
        run(self
            .inside("update-desktop-database")?
            .arg("/usr/share/applications"))
    }

    /// The version of ours that apt has put in.
    pub(super) fn version_by_dpkg(&self) -> Result<String> {
        let mut ask = self.inside("dpkg-query")?;
        read(ask.args(["--show", "--showformat=${Version}", "drawbridge"]))
    }

    /// The version of ours that rpm has put in.
    pub(super) fn version_by_rpm(&self) -> Result<String> {
        let mut ask = self.with_rpm()?;
        read(ask.args(["--query", "--queryformat", "%{VERSION}", "drawbridge"]))
    }

    fn with_rpm(&self) -> Result<Command> {
        let mut rpm = machine::as_root("rpm")?;
        rpm.arg("--root").arg(&self.root);
        Ok(rpm)
    }

    /// A program that an ordinary person runs in it.
    pub(super) fn person(&self, program: &str) -> Result<Command> {
        let mut command = self.inside("su")?;
        command.args(["--login", PERSON, "--command", program]);
        Ok(command)
    }

    /// Puts a file into it.
    pub(super) fn copy(&self, file: &Path, place: &str) -> Result<()> {
        run(machine::as_root("cp")?.arg(file).arg(self.root.join(place)))
    }

    fn write(&self, place: &str, text: &str) -> Result<()> {
        let draft = place::bundle().join("draft");
        fs::write(&draft, text).with_context(|| draft.display().to_string())?;
        self.copy(&draft, place)
    }

    /// A program in it, with processes and mounts of its own: they end with it.
    fn inside(&self, program: &str) -> Result<Command> {
        let mut command = machine::as_root("unshare")?;
        command.args(["--mount", "--pid", "--fork", "--kill-child", "sh", "-c"]);
        command.arg(
            "mount -t proc proc \"$0/proc\" && mount --rbind /dev \"$0/dev\" && \
             root=$0 && exec chroot \"$root\" \"$@\"",
        );
        command.arg(&self.root).arg(program);
        Ok(command)
    }

    fn empty(&self) -> Result<()> {
        run(machine::as_root("rm")?
            .args(["--recursive", "--force", "--one-file-system"])
            .arg(&self.root))
    }
}

impl Drop for CleanDebian {
    fn drop(&mut self) {
        if let Err(error) = self.empty() {
            println!("  {} is left: {error:#}", self.root.display());
        }
    }
}
