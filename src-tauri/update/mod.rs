//! New versions of the program: found, shown and installed, when the person has agreed to that.
//!
//! The plugin asks, downloads, checks signatures and replaces the program. What is decided here is
//! when: never before the person agrees, and never while they sign in.

mod daily;
mod download;
mod failure;
mod job;
pub(crate) mod restart;
mod source;
mod standing;
mod way;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use drawbridge_engine::view::UpdateChecks;
use serde_json::Value;
use tauri::{AppHandle, Manager as _, Runtime, async_runtime::JoinHandle};

pub use self::{
    daily::check_daily,
    source::Source,
    standing::{Offer, Standing, Work},
    way::Way,
};
use crate::{
    events,
    failure::{Answer, Failure},
    opening::Opening,
};

/// Carries a [`Standing`].
const UPDATE: &str = "drawbridge://update";

/// How the program begins anew.
pub type Restart<R> = Arc<dyn Fn(&AppHandle<R>) + Send + Sync>;

/// New versions, and what is done about them. A clone is another handle.
pub struct Updates<R: Runtime> {
    app: AppHandle<R>,
    source: Arc<Source>,
    restart: Restart<R>,
    state: Arc<Mutex<State>>,
}

impl<R: Runtime> Clone for Updates<R> {
    fn clone(&self) -> Self {
        Self {
            app: self.app.clone(),
            source: self.source.clone(),
            restart: self.restart.clone(),
            state: self.state.clone(),
        }
    }
}

struct State {
    standing: Standing,
    /// Why there is this program instead of a newer one: told when that is offered again.
    not_begun: Option<Failure>,
    /// What was announced, for the one who installs it.
    announced: Option<Value>,
    /// What is being done, and its number: whatever a job with another one still says is late.
    job: Option<JoinHandle<()>>,
    turn: u64,
}

impl State {
    /// Ends the job, which has nothing to say any more.
    fn give_up(&mut self) {
        if let Some(job) = self.job.take() {
            job.abort();
        }
        self.turn += 1;
        self.standing.work = Work::Idle;
    }
}

impl<R: Runtime> Updates<R> {
    /// Nothing is asked yet.
    #[must_use]
    pub fn new(app: &AppHandle<R>, source: Source, restart: Restart<R>) -> Self {
        let version = app.package_info().version.to_string();
        Self {
            app: app.clone(),
            state: Arc::new(Mutex::new(State {
                standing: Standing::at_first(version, source.way),
                not_begun: None,
                announced: None,
                job: None,
                turn: 0,
            })),
            source: Arc::new(source),
            restart,
        }
    }

    /// This program was begun because the installer of a newer one did not start.
    pub fn begun_instead(&self) {
        self.state().not_begun = Some(failure::installer());
    }

    /// How it stands now.
    pub(crate) fn standing(&self) -> Standing {
        self.state().standing.clone()
    }

    /// Looks for a newer version; what comes of it is told by events.
    pub(crate) async fn check(&self) -> Answer<()> {
        self.agreed().await?;
        self.begin(Work::Checking, Self::look);
        Ok(())
    }

    /// Installs the newer version that was found, and begins anew with it.
    pub(crate) async fn install(&self) -> Answer<()> {
        self.agreed().await?;
        if self.state().announced.is_none() {
            return Err(failure::nothing_newer());
        }
        self.begin(Work::Downloading { percent: None }, Self::replace);
        Ok(())
    }

    /// The newer version is for later.
    pub(crate) fn put_off(&self) {
        self.tell(|state| state.standing.put_off = true);
    }

    /// What waits or comes in is given up, and what was found is kept. What is being put in place comes to
    /// its end.
    pub(crate) fn cancel(&self) {
        self.tell(|state| {
            if matches!(
                state.standing.work,
                Work::Downloading { .. } | Work::Waiting
            ) {
                state.give_up();
            }
        });
    }

    /// Nothing is asked any more, and what was found is forgotten.
    pub(crate) fn stop(&self) {
        self.tell(|state| {
            state.give_up();
            state.announced = None;
            let standing = &mut state.standing;
            standing.offer = None;
            standing.put_off = false;
            standing.checked_at = None;
            standing.error = None;
        });
    }

    /// Whether this copy may ask at all, and the person wants it to.
    async fn agreed(&self) -> Answer<()> {
        if self.source.way != Way::Itself {
            return Err(failure::elsewhere());
        }
        let engine = self.app.state::<Opening>().engine().await?;
        match engine.preferences().desktop.updates {
            UpdateChecks::Daily => Ok(()),
            UpdateChecks::Unasked | UpdateChecks::Never => Err(failure::off()),
        }
    }

    fn tell(&self, change: impl FnOnce(&mut State)) {
        let standing = {
            let mut state = self.state();
            change(&mut state);
            state.standing.revision += 1;
            state.standing.clone()
        };
        events::emit(&self.app, UPDATE, standing);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
