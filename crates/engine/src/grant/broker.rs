//! Hands out tokens, one request at a time, and takes back those that were refused.

use std::sync::{Arc, Mutex};

use drawbridge_oauth::{AccessToken, BearerChallenge};
use futures::future::BoxFuture;
use url::Url;

use super::life::{Age, age};
use super::refresh::{Failed, Why, digest, refresh};
use super::unusable::{readable, unread, usable};
use super::{access_token, step_up};
use crate::core::{Core, lock};
use crate::error::Error;
use crate::ids::ServerId;
use crate::server::{discover, remember_challenge};
use crate::session::{AuthFailure, TokenSource};
use crate::store::GrantRow;
use crate::view::{AuthKind, Millis};

/// The token source of a server's sessions at one address.
pub(crate) struct Broker {
    core: Arc<Core>,
    server: ServerId,
    url: String,
    /// The token that was read last, which spares another look into the database while the grant is
    /// the same and the token good by its own date.
    read: Mutex<Option<Read>>,
}

struct Read {
    token: AccessToken,
    revision: i64,
    issued_at: Millis,
    expires_at: Option<Millis>,
    /// Nobody knows yet whether the server takes it.
    untested: bool,
    /// The server did not take something: it is read again before the next request.
    refused: bool,
}

impl Broker {
    pub(crate) fn new(core: Arc<Core>, server: ServerId, url: String) -> Self {
        Self {
            core,
            server,
            url,
            read: Mutex::default(),
        }
    }

    fn known(&self) -> Option<AccessToken> {
        let revision = self.core.live_if_any(&self.server)?.state().grant_revision;
        let read = lock(&self.read);
        let read = read
            .as_ref()
            .filter(|read| Some(read.revision) == revision && !read.refused)?;
        let age = age(read.issued_at, read.expires_at, self.core.clock.now());
        (age == Age::Good).then(|| read.token.clone())
    }

    fn know(&self, row: &GrantRow, token: &AccessToken) {
        self.core.live(&self.server).state().grant_revision = Some(row.revision);
        *lock(&self.read) = Some(Read {
            token: token.clone(),
            revision: row.revision,
            issued_at: row.issued_at,
            expires_at: row.expires_at,
            untested: row.untested,
            refused: false,
        });
    }

    /// The server did not take it; says which revision of the grant it is of, if it was read last.
    fn note_refused(&self, token: Option<&AccessToken>) -> Option<i64> {
        let mut read = lock(&self.read);
        let read = read.as_mut()?;
        read.refused = true;
        token
            .filter(|token| token.expose() == read.token.expose())
            .map(|_| read.revision)
    }

    /// Tells whoever has renewed the grant that the server takes the token (rule G6).
    fn pass_on(&self, accepted: &AccessToken) {
        let mut read = lock(&self.read);
        let read = read.as_mut().filter(|read| read.untested);
        let Some(read) = read.filter(|read| read.token.expose() == accepted.expose()) else {
            return;
        };
        read.untested = false;
        let (core, server, revision) = (self.core.clone(), self.server.clone(), read.revision);
        self.core.tasks.spawn(async move {
            if let Err(error) = core.store.note_accepted(&server, revision).await {
                tracing::warn!(%server, %error, "that its token was accepted was not noted");
            }
        });
    }

    /// A token that was read before this is for this address: whoever moves the server ends the
    /// grant in the same breath, and another process may have done so without this one knowing.
    async fn is_for_here(&self) -> Result<(), AuthFailure> {
        let row = self.core.store.callable(&self.server).await;
        let row = row.map_err(|error| unread(&self.core, &self.server, &error))?;
        match row {
            Some(row) if row.server.url != self.url => Err(AuthFailure::Moved),
            _ => Ok(()),
        }
    }

    async fn current(&self) -> Result<Option<AccessToken>, AuthFailure> {
        let core = &self.core;
        // Only a server that signs people in has a grant: then one look tells both.
        let row = match usable(core, &self.server).await {
            Err(AuthFailure::SignInNeeded) if self.kind().await? != AuthKind::OAuth => {
                return Ok(None);
            }
            row => row?,
        };
        let Some(token) = readable(core, &row, access_token(core, &row)).await? else {
            return Err(AuthFailure::SignInNeeded);
        };
        self.is_for_here().await?;
        self.know(&row, &token);
        match age(row.issued_at, row.expires_at, core.clock.now()) {
            // One that still works is used while the keeper of the session renews it (rule G2).
            Age::Good | Age::Ending | Age::Doubtful => Ok(Some(token)),
            // Our clock may be wrong, and the server knows better.
            Age::Ended if !self.is_renewable(&row).await? => Ok(Some(token)),
            Age::Ended => {
                let revision = Some(row.revision);
                let failed = Failed { token, revision };
                let newer = refresh(core, &self.server, failed, Why::Age).await?;
                self.is_for_here().await?;
                Ok(Some(newer))
            }
        }
    }

    async fn is_renewable(&self, row: &GrantRow) -> Result<bool, AuthFailure> {
        if row.refresh_token.is_some() {
            return Ok(true);
        }
        let entry = self.core.store.server(&self.server).await;
        let entry = entry.map_err(|error| unread(&self.core, &self.server, &error))?;
        Ok(entry.is_some_and(|entry| entry.signs_in_by_itself()))
    }

    async fn newer(
        &self,
        refused: Option<AccessToken>,
        revision: Option<i64>,
        status: u16,
        challenge: Option<BearerChallenge>,
    ) -> Result<AccessToken, AuthFailure> {
        let kind = self.kind().await?;
        let insufficient = challenge
            .as_ref()
            .is_some_and(|challenge| challenge.error.as_deref() == Some("insufficient_scope"));
        // Of a token that is good, it says what is missing, not what a sign-in takes.
        let about_sign_in = refused.is_none() || (status == 401 && !insufficient);
        if let Some(challenge) = challenge.as_ref().filter(|_| about_sign_in) {
            // The next sign-in asks for what this names: the first look may have met no challenge.
            remember_challenge(&self.core, &self.server, &self.url, challenge).await;
        }
        let Some(token) = refused.filter(|_| kind == AuthKind::OAuth) else {
            return Err(self.without_token(kind, status, challenge).await);
        };
        if insufficient {
            let needed = challenge
                .and_then(|challenge| challenge.scope)
                .unwrap_or_default();
            return Err(step_up::insufficient(&self.core, &self.server, needed).await);
        }
        if status != 401 {
            return Err(AuthFailure::Refused { status });
        }
        let failed = Failed { token, revision };
        refresh(&self.core, &self.server, failed, Why::Refused).await
    }

    /// A server that was thought to need nothing, or the person's own headers, asks for more.
    async fn without_token(
        &self,
        kind: AuthKind,
        status: u16,
        challenge: Option<BearerChallenge>,
    ) -> AuthFailure {
        match kind {
            AuthKind::OAuth => AuthFailure::SignInNeeded,
            AuthKind::None if challenge.is_some() || self.names_a_sign_in(status).await => {
                let noted = self.core.store.note_sign_in(&self.server, &self.url).await;
                match noted {
                    Ok(true) => {
                        // The row says so at once, whoever asked.
                        self.core.publish(&self.server).await;
                        AuthFailure::SignInNeeded
                    }
                    // Several asked at once, and another has noted it.
                    Ok(false) if self.kind().await.is_ok_and(|kind| kind == AuthKind::OAuth) => {
                        AuthFailure::SignInNeeded
                    }
                    Ok(false) | Err(_) => AuthFailure::Refused { status },
                }
            }
            AuthKind::None | AuthKind::Headers => AuthFailure::Refused { status },
        }
    }

    /// Some ask for a sign-in without a challenge, and say where at the well-known places only.
    async fn names_a_sign_in(&self, status: u16) -> bool {
        let looked = async {
            let url = Url::parse(&self.url).map_err(|_| Error::Corrupt)?;
            let http = self.core.http_for(&url).await;
            discover(&self.core, &http, &url, None).await
        };
        status == 401 && looked.await.is_ok_and(|found| found.resource.is_some())
    }

    async fn kind(&self) -> Result<AuthKind, AuthFailure> {
        match self.core.store.server(&self.server).await {
            Ok(Some(row)) => Ok(row.auth),
            Ok(None) => Err(AuthFailure::SignInNeeded),
            Err(error) => Err(unread(&self.core, &self.server, &error)),
        }
    }
}

impl TokenSource for Broker {
    fn token(&self) -> BoxFuture<'_, Result<Option<AccessToken>, AuthFailure>> {
        Box::pin(async {
            match self.known() {
                Some(token) => Ok(Some(token)),
                None => self.current().await,
            }
        })
    }

    fn rejected<'a>(
        &'a self,
        token: Option<&'a AccessToken>,
        status: u16,
        challenge: Option<BearerChallenge>,
    ) -> BoxFuture<'a, Result<AccessToken, AuthFailure>> {
        let revision = self.note_refused(token);
        Box::pin(async move {
            let token = token.cloned();
            let newer = self.newer(token, revision, status, challenge).await?;
            self.is_for_here().await?;
            Ok(newer)
        })
    }

    fn accepted(&self, token: &AccessToken) {
        if let Some(live) = self.core.live_if_any(&self.server) {
            live.state()
                .untested
                .take_if(|untested| *untested == digest(token));
        }
        self.pass_on(token);
    }
}
