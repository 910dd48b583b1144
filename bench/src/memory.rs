//! The memory of a contender: when it has just connected, and after many calls.

use std::{collections::HashMap, fs};

use anyhow::{Context as _, Result, bail, ensure};

use crate::{
    calls::small,
    peers::{self, Contender, Home, Peer, Place},
    sample_server::SampleServer,
    site::Site,
};

/// How many calls.
pub(crate) const CALLS: usize = 1_000;
const IN_FLIGHT: usize = 20;

/// Proportional set sizes, in KiB.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Memory {
    pub(crate) idle: u64,
    pub(crate) after_calls: u64,
}

/// By contender; or why it is missing.
pub(crate) type Rows = Vec<(&'static Peer, Result<Memory, String>)>;

pub(crate) async fn compare(site: &Site) -> Result<Rows> {
    let folder = tempfile::tempdir()?;
    let server = SampleServer::start(site, folder.path()).await?;
    let mut rows = Rows::new();
    for peer in peers::ALL {
        let memory = of(peer, site, &server).await;
        rows.push((peer, memory.map_err(|error| format!("{error:#}"))));
    }
    Ok(rows)
}

/// On a second start: a sign-in leaves memory behind that nobody has after a restart.
async fn of(peer: &Peer, site: &Site, server: &SampleServer) -> Result<Memory> {
    let home = &Home::new(site)?;
    let place = Place { site, home, server };
    Contender::start(peer, &place).await?.end().await?;
    let mut contender = Contender::start(peer, &place).await?;
    let Some(process) = contender.process() else {
        bail!("it ends after each call");
    };
    let idle = of_tree(process)?;
    let called = contender.call(&small(), CALLS, IN_FLIGHT).await?;
    ensure!(called.failed == 0, "{}", called.why.unwrap_or_default());
    let after_calls = of_tree(process)?;
    contender.end().await?;
    Ok(Memory { idle, after_calls })
}

/// Of a process and all that it has started, in KiB.
pub(crate) fn of_tree(root: u32) -> Result<u64> {
    let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
    for entry in fs::read_dir("/proc")? {
        let name = entry?.file_name();
        let Some(id) = name.to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        if let Some(parent) = parent(id) {
            children.entry(parent).or_default().push(id);
        }
    }
    let mut sum = 0;
    let mut left = vec![root];
    while let Some(id) = left.pop() {
        sum += pss(id).with_context(|| format!("no memory of process {id}"))?;
        left.extend(children.remove(&id).unwrap_or_default());
    }
    Ok(sum)
}

/// `None` for a process that has ended.
fn parent(id: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name may hold spaces and brackets.
    let (_, rest) = stat.rsplit_once(')')?;
    rest.split_whitespace().nth(1)?.parse().ok()
}

fn pss(id: u32) -> Option<u64> {
    let rollup = fs::read_to_string(format!("/proc/{id}/smaps_rollup")).ok()?;
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    line.trim().trim_end_matches("kB").trim().parse().ok()
}

#[cfg(test)]
mod tests {
    #[test]
    fn this_process_has_memory() {
        let own = super::of_tree(std::process::id()).unwrap();
        assert!(own > 500, "{own} KiB");
    }
}
