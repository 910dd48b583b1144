//! From the start of the process to a window that is ready, against an empty Tauri window.

use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::{Context as _, Result, ensure};
use drawbridge_desk::{Changes, Desk, Picture, Process, Screen};
use tokio::time::{Duration, timeout, timeout_at};

use crate::stats::Comparison;

/// Rounds that are not counted; the first one makes the key and the database.
const WARM_UP: usize = 2;
/// A window that opens and has not changed for so long shows what it is going to show.
pub(crate) const OPENED: Duration = Duration::from_millis(1500);
/// The same of a window that was given a key.
pub(crate) const ANSWERED: Duration = Duration::from_millis(500);
/// For one round, whatever happens.
const LIMIT: Duration = Duration::from_secs(30);

/// What is compared, both from the start of the process.
#[derive(Debug, Default)]
pub(crate) struct Windows {
    /// The window shows more than one colour.
    pub(crate) first_paint: Comparison,
    /// The window shows what it goes on to show.
    pub(crate) ready: Comparison,
}

/// What came to be seen, and when.
pub(crate) struct Seen {
    pub(crate) first_paint: Duration,
    pub(crate) ready: Duration,
}

/// Opens both windows in turn, on one desk with a bus and a keychain.
pub(crate) async fn compare(programs: &Path, rounds: usize) -> Result<Windows> {
    let ours = programs.join("drawbridge-desktop");
    let empty = programs.join("drawbridge-empty-window");
    let desk = Desk::start().await?;
    let screen = Screen::of(&desk)?;
    let mut changes = screen.watch()?;
    let mut windows = Windows::default();
    for round in 0..WARM_UP + rounds {
        let mut programs: [(&PathBuf, bool); 2] = [(&ours, true), (&empty, false)];
        if round % 2 == 1 {
            programs.reverse();
        }
        for (program, is_ours) in programs {
            let opened = open(&desk, &screen, &mut changes, program)
                .await
                .with_context(|| format!("{} in round {round}", program.display()))?;
            if round < WARM_UP {
                continue;
            }
            let Windows { first_paint, ready } = &mut windows;
            if is_ours {
                first_paint.ours.add(opened.first_paint);
                ready.ours.add(opened.ready);
            } else {
                first_paint.bare.add(opened.first_paint);
                ready.bare.add(opened.ready);
            }
        }
    }
    Ok(windows)
}

/// Opens a program, looks until its window has settled, and closes it.
async fn open(desk: &Desk, screen: &Screen, changes: &mut Changes, program: &Path) -> Result<Seen> {
    // What the last window left behind.
    while changes.try_recv().is_ok() {}
    let begin = Instant::now();
    let process = desk.spawn(&mut desk.command(program))?;
    let seen = see(changes, begin, OPENED).await?;
    close(screen, process).await?;
    Ok(seen)
}

/// Closes the window, which ends the program.
pub(crate) async fn close(screen: &Screen, mut process: Process) -> Result<()> {
    let closed = screen.close_window();
    let ended = timeout(LIMIT, process.child().wait()).await;
    process.kill().await?;
    closed?;
    ended.context("the window was closed, and the program did not end")??;
    Ok(())
}

/// Looks until the window shows what it goes on to show: nothing new for as long as `settled`.
pub(crate) async fn see(changes: &mut Changes, begin: Instant, settled: Duration) -> Result<Seen> {
    let seen = watch(changes, begin, settled).await?;
    let painted = |(_, picture): &&(Instant, Picture)| matches!(picture, Picture::Painted(_));
    let first = seen
        .iter()
        .find(painted)
        .context("it never painted anything")?;
    let last = seen.last().map(|(_, picture)| *picture);
    ensure!(
        matches!(last, Some(Picture::Painted(_))),
        "at the end it showed nothing"
    );
    let ready = seen.iter().find(|(_, picture)| Some(*picture) == last);
    let ready = ready.context("it never settled")?;
    Ok(Seen {
        first_paint: first.0.duration_since(begin),
        ready: ready.0.duration_since(begin),
    })
}

/// Every change until nothing new comes any more.
async fn watch(
    changes: &mut Changes,
    begin: Instant,
    settled: Duration,
) -> Result<Vec<(Instant, Picture)>> {
    let mut seen: Vec<(Instant, Picture)> = Vec::new();
    let limit = begin + LIMIT;
    let mut end = limit;
    while let Ok(change) = timeout_at(end.into(), changes.recv()).await {
        let (at, picture) = change.context("the display is gone")?;
        if seen.iter().all(|(_, earlier)| *earlier != picture) {
            end = match picture {
                Picture::Painted(_) => limit.min(Instant::now() + settled),
                Picture::Nothing | Picture::Plain => limit,
            };
        }
        seen.push((at, picture));
    }
    Ok(seen)
}
