//! Connecting: sign-ins, their callbacks, and their end.

use drawbridge_oauth::AuthorizationUrl;

use super::Engine;
use crate::activity::Story;
use crate::error::Error;
use crate::grant::{self, Revocation};
use crate::ids::{AttemptId, ServerId};
use crate::sign_in::{self, Registering};
use crate::view::{Connection, Deed};
use crate::{connection, neighbours, server};

/// Whether what is put off is tried now.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Haste {
    Now,
    InTurn,
}

impl Engine {
    /// *Connect*, *Reconnect* and *Retry now*: opens a session with what is there, or begins a
    /// sign-in. Answers when that is under way; the outcome comes as events.
    pub async fn connect(&self, id: &ServerId) -> Result<(), Error> {
        self.connect_with(id, Haste::Now).await
    }

    /// The same for a call of a program: a renewal that is put off stays so.
    pub async fn connect_in_turn(&self, id: &ServerId) -> Result<(), Error> {
        self.connect_with(id, Haste::InTurn).await
    }

    async fn connect_with(&self, id: &ServerId, haste: Haste) -> Result<(), Error> {
        self.core.callable(id).await?;
        let live = self.core.live(id);
        // What is read here is what the sign-in begins with.
        let _settling = live.settling.lock().await;
        let row = self.core.callable(id).await?;
        let server = &row.server;
        if !server.enabled {
            return Err(Error::Disabled {
                name: server.name.clone(),
            });
        }
        let is_dead = row.revision.is_none() || row.reauth_reason.is_some();
        let wants_more = row.needed_scopes.is_some() && self.is_quiet(id);
        if row.signs_in() && (is_dead || wants_more) {
            sign_in::begin(&self.core, server.clone(), Registering::default());
        } else {
            let is_open = {
                let mut state = live.state();
                state.trouble = None;
                if haste == Haste::Now {
                    state.times_hurried += 1;
                }
                let waits = matches!(state.connection, Connection::Retrying { .. });
                waits && state.session.is_some()
            };
            if is_open {
                // It waits for a token alone; calls that are under way are not cut off.
                if haste == Haste::Now {
                    live.retry.notify_one();
                }
            } else {
                connection::open(&self.core, id).await;
            }
        }
        Ok(())
    }

    /// Whether the person who connects can only mean the access that is missing.
    fn is_quiet(&self, id: &ServerId) -> bool {
        let connection = self.core.live(id).state().connection.clone();
        connection == Connection::Idle || server::waits_for_access(&connection)
    }

    /// Signs in anew while the grant that is there still works; it stays until the new one is.
    pub async fn sign_in_again(&self, id: &ServerId) -> Result<(), Error> {
        self.core.callable(id).await?;
        let live = self.core.live(id);
        let _settling = live.settling.lock().await;
        let row = self.core.callable(id).await?;
        if !row.signs_in() {
            return Err(Error::NoSignIn);
        }
        sign_in::begin(&self.core, row.server.clone(), Registering::default());
        Ok(())
    }

    /// Stops the sign-in, or the opening of a session, that is under way.
    pub async fn cancel(&self, id: &ServerId) -> Result<(), Error> {
        self.core.server(id).await?;
        match sign_in::cancel(&self.core, id).await {
            Err(Error::NoSignIn) => {
                let connected = matches!(
                    self.core.live(id).state().connection,
                    Connection::Connected { .. }
                );
                if !connected {
                    connection::stop_opening(&self.core, id).await;
                }
                Ok(())
            }
            other => other,
        }
    }

    /// Takes in the URL that an authorization server redirected to, from wherever it came.
    pub async fn receive_callback(&self, url: &str) -> Result<ServerId, Error> {
        sign_in::receive_callback(&self.core, url).await
    }

    /// Moves a running attempt from its window to the browser of the system: the same attempt, the
    /// same page. [`SignInSurface::open`] is called once more for it. Where the answer has to come
    /// back to a port that is taken by now, the attempt begins anew in the browser.
    pub async fn hand_over(&self, attempt: &AttemptId) -> Result<(), Error> {
        sign_in::hand_over(&self.core, attempt).await
    }

    /// Forgets what the running attempt of a server is registered as, and begins it anew: for a
    /// sign-in page that does not know Drawbridge any more (rule R8).
    pub async fn register_again(&self, id: &ServerId) -> Result<(), Error> {
        sign_in::register_again(&self.core, id).await
    }

    /// The window of an attempt was closed by hand; one that was handed over goes on.
    pub fn window_closed(&self, attempt: &AttemptId) {
        sign_in::window_closed(&self.core, attempt);
    }

    /// The page of the running attempt, to be opened elsewhere or copied.
    pub fn sign_in_link(&self, id: &ServerId) -> Result<AuthorizationUrl, Error> {
        let live = self.core.live_if_any(id);
        let link = live.and_then(|live| {
            let state = live.state();
            state
                .attempt
                .as_ref()?
                .prompt
                .as_ref()
                .map(|prompt| prompt.url.clone())
        });
        link.ok_or(Error::NoSignIn)
    }

    /// The attempt that runs for a server.
    #[must_use]
    pub fn running_attempt(&self, id: &ServerId) -> Option<AttemptId> {
        let live = self.core.live_if_any(id)?;
        let state = live.state();
        state.attempt.as_ref().map(|attempt| attempt.id.clone())
    }

    /// Leaves the access as it is, although the server asked for more (rule G7); it is asked for
    /// again when a call needs it again.
    pub async fn decline_access(&self, id: &ServerId) -> Result<(), Error> {
        self.core.server(id).await?;
        self.core.store.clear_needed_scopes(id).await?;
        self.core.publish(id).await;
        Ok(())
    }

    /// Forgets the grant here, then gives it back at the authorization server.
    pub async fn sign_out(&self, id: &ServerId) -> Result<(), Error> {
        self.core.server(id).await?;
        let live = self.core.live(id);
        let _settling = live.settling.lock().await;
        let row = self.core.server(id).await?;
        let gone = self.core.store.delete_grant(id).await?;
        let revocation = Revocation::of(&self.core, &row, gone);
        neighbours::acknowledge(&self.core, id).await;
        grant::forget_renewals(&self.core, id);
        sign_in::cancel_quietly(&self.core, id).await;
        connection::close(&self.core, id).await;
        let journal = &self.core.journal;
        journal.happened(id, Deed::SignedOut, Story::default());
        if let Some(revocation) = revocation {
            revocation.spawn(&self.core, id);
        }
        Ok(())
    }
}
