//! The two things that take their time: looking for a newer version, and putting it in place.

use std::future::Future;

use drawbridge_engine::Engine;
use tauri::{Manager as _, Runtime};
use time::OffsetDateTime;

use super::{Offer, Updates, Work, download, failure, restart};
use crate::{failure::Failure, opening::Opening};

/// A job that was stopped has nothing to say any more.
pub(super) struct Stopped;

/// How a job ended early.
pub(super) enum End {
    Stopped,
    Failed(Failure),
}

impl From<Stopped> for End {
    fn from(_: Stopped) -> Self {
        End::Stopped
    }
}

impl From<Failure> for End {
    fn from(failure: Failure) -> Self {
        End::Failed(failure)
    }
}

impl<R: Runtime> Updates<R> {
    /// Does it, unless something is being done.
    pub(super) fn begin<F>(&self, work: Work, job: impl FnOnce(Self, u64) -> F)
    where
        F: Future<Output = Result<(), End>> + Send + 'static,
    {
        let turn = {
            let mut state = self.state();
            if state.standing.work != Work::Idle {
                return;
            }
            state.standing.work = work;
            state.standing.error = None;
            state.turn += 1;
            state.turn
        };
        self.tell(|_| {});
        let (job, updates) = (job(self.clone(), turn), self.clone());
        let running = tauri::async_runtime::spawn(async move {
            if let Err(End::Failed(failure)) = job.await {
                // Where it was stopped, there is nobody to tell.
                let _ = updates.go_on(turn, |state| {
                    state.standing.work = Work::Idle;
                    state.standing.error = Some(failure);
                });
            }
        });
        let mut state = self.state();
        if state.turn == turn {
            state.job = Some(running);
        } else {
            running.abort();
        }
    }

    pub(super) async fn look(self, turn: u64) -> Result<(), End> {
        let engine = self.app.state::<Opening>().engine().await?;
        self.after_sign_ins(turn, &engine).await?;
        self.go_on(turn, |state| state.standing.work = Work::Checking)?;
        let updater = self.source.updater(&self.app, &engine).await?;
        let found = updater.check().await;
        let found = found.map_err(failure::told)?;
        // A person who signs in is not interrupted.
        self.after_sign_ins(turn, &engine).await?;
        self.go_on(turn, |state| {
            let standing = &mut state.standing;
            standing.work = Work::Idle;
            standing.checked_at = Some(OffsetDateTime::now_utc().unix_timestamp());
            standing.put_off = false;
            standing.offer = found.as_ref().map(Offer::of);
            standing.error = state.not_begun.take();
            state.announced = found.map(|update| update.raw_json);
        })?;
        Ok(())
    }

    pub(super) async fn replace(self, turn: u64) -> Result<(), End> {
        let engine = self.app.state::<Opening>().engine().await?;
        let updater = self.source.updater(&self.app, &engine).await?;
        let announced = self.state().announced.clone().unwrap_or_default();
        // What comes of that is bound to its version by its signature, whatever the configuration says.
        let update = updater.restore_update(announced);
        let update = update.map_err(failure::told)?;
        let update = update.ok_or_else(failure::nothing_newer)?;
        let package = download::whole(&update, |percent| {
            let work = Work::Downloading { percent };
            // One that was stopped comes to its end by itself.
            let _ = self.go_on(turn, |state| state.standing.work = work);
        })
        .await?;
        self.after_sign_ins(turn, &engine).await?;
        self.go_on(turn, |state| state.standing.work = Work::Installing)?;
        let installed = tauri::async_runtime::spawn_blocking(move || update.install(package)).await;
        let installed = installed
            .map_err(tauri_plugin_updater::Error::from)
            .flatten()
            .map_err(failure::told);
        if installed.is_err() && restart::is_left(&self.app) {
            // Nobody would see it here.
            (self.restart)(&self.app);
        }
        installed?;
        // One that was begun meanwhile would end with the program.
        self.after_sign_ins(turn, &engine).await?;
        tracing::info!("a newer version is in place; beginning anew with it");
        (self.restart)(&self.app);
        Ok(())
    }

    /// Waits until nobody signs in, and says so meanwhile.
    async fn after_sign_ins(&self, turn: u64, engine: &Engine) -> Result<(), Stopped> {
        if engine.is_signing_in() {
            self.go_on(turn, |state| state.standing.work = Work::Waiting)?;
            engine.sign_ins_over().await;
        }
        Ok(())
    }

    /// Changes what is known, unless the job was stopped.
    fn go_on(&self, turn: u64, change: impl FnOnce(&mut super::State)) -> Result<(), Stopped> {
        let mut stopped = false;
        self.tell(|state| {
            stopped = state.turn != turn;
            if !stopped {
                change(state);
            }
        });
        if stopped { Err(Stopped) } else { Ok(()) }
    }
}
