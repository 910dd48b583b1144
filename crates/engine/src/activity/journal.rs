//! Where activity comes together: told at once, written behind.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use crate::clock::Clock;
use crate::core::lock;
use crate::error::Error;
use crate::event::Events;
use crate::ids::ServerId;
use crate::store::Store;
use crate::view::{Activity, Deed, DeedOutcome, Event};

/// What comes within this time is written in one go, and calls are told in one go.
const GATHERING: Duration = Duration::from_secs(1);
/// As much waits to be written at the most.
const MOST_UNWRITTEN: usize = 1000;

/// The journal of all servers; a clone is the same journal.
#[derive(Clone)]
pub(crate) struct Journal(Arc<Inner>);

struct Inner {
    store: Store,
    events: Arc<Events>,
    clock: Clock,
    tasks: TaskTracker,
    stop: CancellationToken,
    state: Mutex<State>,
    /// Held by whoever writes.
    writing: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct State {
    runs: HashMap<ServerId, Run>,
    running: Vec<Activity>,
    unwritten: VecDeque<Activity>,
    /// Calls, which are told with the next writing.
    untold: VecDeque<Activity>,
    /// Whether a task gathers.
    gathering: bool,
    /// Nothing while nobody wants to hear of other processes.
    others: Option<Others>,
}

/// What other processes wrote, as far as it was looked at.
struct Others {
    /// See [`Store::activity_mark`].
    mark: i64,
    /// What this process has written since.
    own: HashSet<String>,
}

/// The connection that is under way, or was the last.
#[derive(Clone)]
struct Run {
    id: String,
    sign_in: bool,
    /// The code of what a step of it failed with.
    failed: Option<String>,
}

impl Journal {
    pub(crate) fn new(
        store: Store,
        events: Arc<Events>,
        clock: Clock,
        tasks: TaskTracker,
        stop: CancellationToken,
    ) -> Self {
        Self(Arc::new(Inner {
            store,
            events,
            clock,
            tasks,
            stop,
            state: Mutex::default(),
            writing: tokio::sync::Mutex::default(),
        }))
    }

    /// A sign-in begins, or goes on after the program was closed meanwhile.
    pub(crate) fn signs_in(&self, server: &ServerId, attempt: &str) {
        let mut state = lock(&self.0.state);
        let known = state.runs.get(server).is_some_and(|run| run.id == attempt);
        if !known {
            let run = Run::new(attempt.to_owned(), true);
            state.runs.insert(server.clone(), run);
        }
    }

    /// A connection begins that needs no sign-in.
    pub(crate) fn connects(&self, server: &ServerId) {
        let run = Run::new(Uuid::now_v7().simple().to_string(), false);
        lock(&self.0.state).runs.insert(server.clone(), run);
    }

    /// Whether a step of the connection has told of this failure already.
    pub(crate) fn has_told(&self, server: &ServerId, error: &Error) -> bool {
        let state = lock(&self.0.state);
        let run = state.runs.get(server);
        run.is_some_and(|run| run.failed.as_deref() == Some(error.code()))
    }

    pub(super) fn entry(&self, server: &ServerId, what: Deed, is_step: bool) -> Activity {
        let run = is_step.then(|| {
            let mut state = lock(&self.0.state);
            let anew = || Run::new(Uuid::now_v7().simple().to_string(), false);
            state
                .runs
                .entry(server.clone())
                .or_insert_with(anew)
                .clone()
        });
        Activity {
            id: Uuid::now_v7().simple().to_string(),
            server: server.to_string(),
            sign_in: run.as_ref().is_some_and(|run| run.sign_in),
            run: run.map(|run| run.id),
            at: self.0.clock.now(),
            took: None,
            what,
            outcome: DeedOutcome::Running,
            decided: None,
            facts: Vec::new(),
            asked: Vec::new(),
            problem: None,
        }
    }

    pub(super) fn running(&self, entry: &Activity) {
        // Its outcome is news enough.
        if entry.what == Deed::Call {
            return;
        }
        lock(&self.0.state).running.push(entry.clone());
        self.say(vec![entry.clone()]);
    }

    pub(super) fn over(&self, entry: Activity) {
        let is_call = entry.what == Deed::Call;
        {
            let mut state = lock(&self.0.state);
            state.running.retain(|running| running.id != entry.id);
            state.note_failure(&entry);
            keep(&mut state.unwritten, entry.clone());
            if is_call {
                keep(&mut state.untold, entry.clone());
            }
        }
        if !is_call {
            self.say(vec![entry]);
        }
        self.gather();
    }

    fn say(&self, entries: Vec<Activity>) {
        self.0.events.send(Event::Activity { entries });
    }

    /// Writes in a moment, with whatever comes until then.
    fn gather(&self) {
        let first = !std::mem::replace(&mut lock(&self.0.state).gathering, true);
        if !first {
            return;
        }
        let journal = self.clone();
        self.0.tasks.spawn(async move {
            let stop = journal.0.stop.clone();
            stop.run_until_cancelled(tokio::time::sleep(GATHERING))
                .await;
            lock(&journal.0.state).gathering = false;
            journal.write().await;
        });
    }

    /// Writes what waits. What the disk does not take waits for the next time.
    pub(crate) async fn write(&self) {
        let _writing = self.0.writing.lock().await;
        let (unwritten, untold) = {
            let mut state = lock(&self.0.state);
            let unwritten: Vec<_> = state.unwritten.iter().cloned().collect();
            (unwritten, std::mem::take(&mut state.untold))
        };
        if !untold.is_empty() {
            self.say(untold.into());
        }
        if unwritten.is_empty() {
            return;
        }
        if let Some(others) = &mut lock(&self.0.state).others {
            others
                .own
                .extend(unwritten.iter().map(|entry| entry.id.clone()));
        }
        match self.0.store.add_activity(&unwritten).await {
            Ok(()) => {
                let written: HashSet<_> = unwritten.iter().map(|entry| &entry.id).collect();
                let mut state = lock(&self.0.state);
                state.unwritten.retain(|entry| !written.contains(&entry.id));
            }
            Err(error) => tracing::warn!(%error, "what happened was not written down"),
        }
    }

    /// From now on, [`Self::look_at_others`] tells of what other processes write.
    pub(crate) async fn follow_others(&self) -> Result<(), sqlx::Error> {
        let _writing = self.0.writing.lock().await;
        let mark = self.0.store.activity_mark().await?;
        let own = HashSet::new();
        lock(&self.0.state).others = Some(Others { mark, own });
        Ok(())
    }

    /// Tells of what other processes have written since it was looked at last.
    pub(crate) async fn look_at_others(&self) -> Result<(), sqlx::Error> {
        let Some(from) = lock(&self.0.state)
            .others
            .as_ref()
            .map(|others| others.mark)
        else {
            return Ok(());
        };
        // Nothing of this process is on its way: what it wrote is there, or will be written anew.
        let _writing = self.0.writing.lock().await;
        let to = self.0.store.activity_mark().await?;
        // Further back than before: the newest went, together with its server.
        let mut news = if to > from {
            self.0.store.activity_between(from, to).await?
        } else {
            Vec::new()
        };
        if let Some(others) = &mut lock(&self.0.state).others {
            others.mark = to;
            let own = std::mem::take(&mut others.own);
            news.retain(|entry| !own.contains(&entry.id));
        }
        if !news.is_empty() {
            self.say(news);
        }
        Ok(())
    }

    /// All that is known of a server, the newest first.
    pub(crate) async fn of(&self, server: &ServerId) -> Result<Vec<Activity>, Error> {
        // First what waits: it may be written while the rest is read, and is then there twice.
        let mut all: Vec<_> = {
            let state = lock(&self.0.state);
            let here = state.unwritten.iter().chain(&state.running);
            let own = here.filter(|entry| entry.server == server.as_str());
            own.cloned().collect()
        };
        all.extend(self.0.store.activity(server).await?);
        all.sort_by(|a, b| b.id.cmp(&a.id));
        all.dedup_by(|a, b| a.id == b.id);
        Ok(all)
    }

    /// The server is gone.
    pub(crate) fn forget(&self, server: &ServerId) {
        let mut state = lock(&self.0.state);
        state.runs.remove(server);
        state
            .unwritten
            .retain(|entry| entry.server != server.as_str());
        state.untold.retain(|entry| entry.server != server.as_str());
    }
}

/// Where there is no room, because the disk takes nothing or much happens at once, the oldest goes that
/// is no step of a sign-in.
fn keep(entries: &mut VecDeque<Activity>, entry: Activity) {
    if entries.len() == MOST_UNWRITTEN {
        let oldest = entries.iter().position(|entry| !entry.sign_in);
        entries.remove(oldest.unwrap_or(0));
    }
    entries.push_back(entry);
}

impl Run {
    fn new(id: String, sign_in: bool) -> Self {
        Self {
            id,
            sign_in,
            failed: None,
        }
    }
}

impl State {
    fn note_failure(&mut self, entry: &Activity) {
        let Some(problem) = &entry.problem else {
            return;
        };
        let run = self
            .runs
            .values_mut()
            .find(|run| Some(&run.id) == entry.run.as_ref());
        if let Some(run) = run {
            run.failed = Some(problem.code.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_that_wait_to_be_written_do_not_push_out_a_sign_in() {
        let mut entries = VecDeque::from([Activity::of_a_test(0, "one", true)]);
        for number in 1..=2_000 {
            keep(&mut entries, Activity::of_a_test(number, "one", false));
        }
        let ids: Vec<u32> = entries.iter().map(|it| it.id.parse().unwrap()).collect();
        let expected: Vec<u32> = [0].into_iter().chain(1_002..=2_000).collect();
        assert_eq!(ids, expected);
    }
}
