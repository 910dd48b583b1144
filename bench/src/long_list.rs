//! The window with a long list, against the same window with a short one.

use std::{path::Path, time::Instant};

use anyhow::{Context as _, Result};
use drawbridge_desk::{Changes, Desk, Screen};
use drawbridge_testkit::{Sample, mcp::Access};
use tempfile::TempDir;
use tokio::{process::Command, time::Duration};

use crate::{
    command::{add, fill},
    memory::of_tree,
    stats::Comparison,
    window::{ANSWERED, OPENED, Seen, close, see},
};

pub(crate) const LONG: usize = 1_000;
pub(crate) const SHORT: usize = 10;
/// Rounds that are not counted.
const WARM_UP: usize = 2;
/// *Search servers*, as X11 names its keys.
const CONTROL_F: &[u32] = &[0xffe3, 0x66];
const TAB: &[u32] = &[0xff09];
const BACKSPACE: &[u32] = &[0xff08];
/// A digit that is in names of either list: in one of the short one, and in more of the long one than are in
/// sight.
const SEVEN: &[u32] = &[0x37];
/// A letter that is in one name of either list, [`RARE`].
const Z: &[u32] = &[0x7a];
const RARE: &str = "zebra";

/// What leads to the field that searches the servers.
const TO_SERVERS: &[&[u32]] = &[CONTROL_F];
/// What leads to the field that searches the tools: past *Add server*, the row, the two buttons below the
/// list and the tabs.
const TO_TOOLS: &[&[u32]] = &[CONTROL_F, TAB, TAB, TAB, TAB, TAB, TAB];

/// Of servers, and of tools of one server.
#[derive(Debug, Default)]
pub(crate) struct Lists {
    pub(crate) servers: List,
    pub(crate) tools: List,
}

/// The long list against the short one.
#[derive(Debug, Default)]
pub(crate) struct List {
    /// From the start of the process to the window that is ready.
    pub(crate) ready: Comparison,
    /// From a digit to the list of what was found, which fills the window or is one row.
    pub(crate) search: Comparison,
    /// From a letter to the one row that was found.
    pub(crate) one: Comparison,
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
    one: Duration,
    memory: u64,
}

/// Opens and searches all of them.
pub(crate) async fn compare(programs: &Path, rounds: usize) -> Result<Lists> {
    let desk = Desk::builder().still().start().await?;
    let screen = Screen::of(&desk)?;
    let changes = screen.watch()?;
    let mut stage = Stage {
        desk: &desk,
        programs,
        screen,
        changes,
    };
    let (long, short) = (servers(&stage, LONG)?, servers(&stage, SHORT)?);
    let servers = in_turn(&mut stage, [&long, &short], TO_SERVERS, rounds).await?;
    let (many, few) = (with_tools(LONG).await?, with_tools(SHORT).await?);
    let (long, short) = (listing(&stage, &many)?, listing(&stage, &few)?);
    let tools = in_turn(&mut stage, [&long, &short], TO_TOOLS, rounds).await?;
    Ok(Lists { servers, tools })
}

/// Where windows are opened.
struct Stage<'desk> {
    desk: &'desk Desk,
    programs: &'desk Path,
    screen: Screen,
    changes: Changes,
}

impl Stage<'_> {
    /// A program of ours, on a data folder.
    fn program(&self, name: &str, data: &TempDir) -> Command {
        let mut command = self.desk.command(self.programs.join(name));
        command.env("DRAWBRIDGE_DATA_DIR", data.path());
        command
    }
}

/// A data folder with so many servers.
fn servers(stage: &Stage<'_>, count: usize) -> Result<TempDir> {
    let data = tempfile::tempdir()?;
    let drawbridge = || stage.program("drawbridge", &data).into_std();
    add(
        drawbridge(),
        &format!("https://{RARE}.example/mcp"),
        "oauth",
    )?;
    fill(drawbridge, count - 1)?;
    Ok(data)
}

/// A server that asks for no sign-in and has so many tools.
async fn with_tools(count: usize) -> Result<Sample> {
    let sample = Sample::builder().start().await?;
    sample.mcp.behave(|mcp| {
        mcp.access = Access::Open;
        mcp.page_size = count;
    });
    sample.mcp.change_tools(Vec::clear);
    sample.mcp.add_tool(RARE);
    for number in 1..count {
        sample.mcp.add_tool(&format!("tool_{number}"));
    }
    Ok(sample)
}

/// A data folder with this server alone.
fn listing(stage: &Stage<'_>, sample: &Sample) -> Result<TempDir> {
    let data = tempfile::tempdir()?;
    let drawbridge = stage.program("drawbridge", &data).into_std();
    add(drawbridge, sample.mcp_url().as_str(), "none")?;
    Ok(data)
}

/// The long one and the short one; which one goes first changes every time.
async fn in_turn(
    stage: &mut Stage<'_>,
    [long, short]: [&TempDir; 2],
    way: &[&[u32]],
    rounds: usize,
) -> Result<List> {
    let mut list = List::default();
    for round in 0..WARM_UP + rounds {
        let mut turns = [(long, true), (short, false)];
        if round % 2 == 1 {
            turns.reverse();
        }
        for (data, is_long) in turns {
            let seen = search(stage, data, way).await?;
            if round < WARM_UP {
                continue;
            }
            let times = [
                (&mut list.ready, seen.ready),
                (&mut list.search, seen.search),
                (&mut list.one, seen.one),
            ];
            for (comparison, took) in times {
                let times = if is_long {
                    &mut comparison.ours
                } else {
                    &mut comparison.bare
                };
                times.add(took);
            }
            let memory = if is_long {
                &mut list.memory.long
            } else {
                &mut list.memory.short
            };
            *memory = seen.memory;
        }
    }
    Ok(list)
}

async fn search(stage: &mut Stage<'_>, data: &TempDir, way: &[&[u32]]) -> Result<Round> {
    let mut app = stage.program("drawbridge-desktop", data);
    // The bar of the longer list would fade away for seconds.
    app.env("GTK_OVERLAY_SCROLLING", "0");
    let Stage {
        desk,
        screen,
        changes,
        ..
    } = stage;
    // What the last window left behind.
    while changes.try_recv().is_ok() {}
    let begin = Instant::now();
    let mut process = desk.spawn(&mut app)?;
    let Seen { ready, .. } = see(changes, begin, OPENED).await?;
    let begin = Instant::now();
    for keys in way {
        screen.press(keys)?;
    }
    see(changes, begin, ANSWERED).await?;
    let id = process.child().id().context("the app has ended")?;
    let memory = of_tree(id)?;
    let [search, _, one] = answered(screen, changes, [SEVEN, BACKSPACE, Z]).await?;
    close(screen, process).await?;
    Ok(Round {
        ready,
        search,
        one,
        memory,
    })
}

/// Presses one key after the other; says how long each took until the window stood still.
async fn answered<const N: usize>(
    screen: &Screen,
    changes: &mut Changes,
    keys: [&[u32]; N],
) -> Result<[Duration; N]> {
    let mut took = [Duration::ZERO; N];
    for (took, key) in took.iter_mut().zip(keys) {
        let begin = Instant::now();
        screen.press(key)?;
        *took = see(changes, begin, ANSWERED).await?.ready;
    }
    Ok(took)
}
