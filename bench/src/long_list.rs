//! The window with a long list of servers, against the same window with a short one.

use std::{path::Path, time::Instant};

use anyhow::{Context as _, Result};
use drawbridge_desk::{Changes, Desk, Screen};
use tempfile::TempDir;
use tokio::{process::Command, time::Duration};

use crate::{
    command::fill,
    memory::of_tree,
    stats::Comparison,
    window::{Seen, close, see},
};

pub(crate) const LONG: usize = 1_000;
pub(crate) const SHORT: usize = 10;
/// So much of the window is left out, in pixels: the field in which a caret blinks.
const ABOVE: u16 = 60;
/// Rounds that are not counted.
const WARM_UP: usize = 2;
/// *Search*, as X11 names its keys.
const CONTROL_F: [u32; 2] = [0xffe3, 0x66];
/// A digit that is in the names of servers of either list.
const SEVEN: [u32; 1] = [0x37];

/// The long list against the short one.
#[derive(Debug, Default)]
pub(crate) struct Lists {
    /// From the start of the process to the window that is ready.
    pub(crate) ready: Comparison,
    /// From a letter to the list of what was found.
    pub(crate) search: Comparison,
    /// Of the app and all its processes then, in KiB: the last round of each.
    pub(crate) memory: Memory,
}

#[derive(Debug, Default)]
pub(crate) struct Memory {
    pub(crate) long: u64,
    pub(crate) short: u64,
}

struct Round {
    ready: Duration,
    search: Duration,
    memory: u64,
}

/// Opens and searches both, in turn.
pub(crate) async fn compare(programs: &Path, rounds: usize) -> Result<Lists> {
    let desk = Desk::start().await?;
    let (long, short) = (
        listing(&desk, programs, LONG)?,
        listing(&desk, programs, SHORT)?,
    );
    let screen = Screen::of(&desk)?;
    let mut changes = screen.watch(ABOVE)?;
    let mut lists = Lists::default();
    for round in 0..WARM_UP + rounds {
        let mut turns = [(&long, true), (&short, false)];
        if round % 2 == 1 {
            turns.reverse();
        }
        for (data, is_long) in turns {
            let mut app = with_data(desk.command(programs.join("drawbridge-desktop")), data);
            // The bar of the longer list would fade away for seconds.
            app.env("GTK_OVERLAY_SCROLLING", "0");
            let seen = search(&desk, &screen, &mut changes, app).await?;
            if round < WARM_UP {
                continue;
            }
            let Lists {
                ready,
                search,
                memory,
            } = &mut lists;
            let (ready, search, memory) = if is_long {
                (&mut ready.ours, &mut search.ours, &mut memory.long)
            } else {
                (&mut ready.bare, &mut search.bare, &mut memory.short)
            };
            ready.add(seen.ready);
            search.add(seen.search);
            *memory = seen.memory;
        }
    }
    Ok(lists)
}

/// A data folder with so many servers.
fn listing(desk: &Desk, programs: &Path, servers: usize) -> Result<TempDir> {
    let data = tempfile::tempdir()?;
    fill(
        || with_data(desk.command(programs.join("drawbridge")), &data).into_std(),
        servers,
    )?;
    Ok(data)
}

fn with_data(mut command: Command, data: &TempDir) -> Command {
    command.env("DRAWBRIDGE_DATA_DIR", data.path());
    command
}

async fn search(
    desk: &Desk,
    screen: &Screen,
    changes: &mut Changes,
    mut app: Command,
) -> Result<Round> {
    // What the last window left behind.
    while changes.try_recv().is_ok() {}
    let begin = Instant::now();
    let mut process = desk.spawn(&mut app)?;
    let Seen { ready, .. } = see(changes, begin).await?;
    screen.press(&CONTROL_F)?;
    let id = process.child().id().context("the app has ended")?;
    let memory = of_tree(id)?;
    while changes.try_recv().is_ok() {}
    let begin = Instant::now();
    screen.press(&SEVEN)?;
    let Seen { ready: search, .. } = see(changes, begin).await?;
    close(screen, process).await?;
    Ok(Round {
        ready,
        search,
        memory,
    })
}
