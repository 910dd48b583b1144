//! One MCP session with one server, over Streamable HTTP.
//!
//! `rmcp` speaks the protocol; every request it makes goes through [`wire`], which knows about
//! tokens, challenges and limits. Nothing outside this folder sees a type of `rmcp`.
//!
//! `rmcp` writes whole messages into its logs. They hold what tools are given and what they
//! answer, so a log must leave out the target `rmcp`.

mod asking;
mod auth;
mod call;
mod calls;
mod closing;
mod confided;
mod era;
mod error;
mod failure;
mod handler;
mod json;
mod listen;
mod open;
mod page_first;
mod progress;
mod question;
mod request;
mod tools;
mod wire;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use drawbridge_oauth::Http;
use http::{HeaderName, HeaderValue};
use rmcp::service::{Peer, RoleClient, RunningService};
use serde_json::{Map, Value};
use tokio::sync::{Mutex, mpsc};
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;
use url::Url;

use self::asking::Askers;
pub(crate) use self::auth::SIGN_IN_UNAVAILABLE;
pub use self::auth::{AuthFailure, TokenSource};
pub use self::call::Caller;
use self::calls::Calls;
use self::confided::Confided;
pub use self::era::Era;
pub use self::error::SessionError;
use self::handler::Handler;
pub use self::progress::Progress;
use self::progress::Progresses;
use self::question::Questions;
pub use self::question::{Answer, Question, Respondent, Wanted};
use self::request::Requests;
#[cfg(fuzzing)]
pub(crate) use self::wire::decoder::Decoder;
use crate::view::{CallOutcome, ToolView};

/// How long the end of a session may take; the server may be gone.
const CLOSE_LIMIT: Duration = Duration::from_secs(5);

/// Everything that a session needs.
pub struct SessionOptions {
    /// Where the server is.
    pub url: Url,
    /// What the person configured. An `Authorization` among them wins over OAuth (rule D2).
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// The guarded client.
    pub http: Http,
    /// Where tokens come from.
    pub tokens: Arc<dyn TokenSource>,
    /// For the opening of the session, and for each page of a list.
    pub timeout: Duration,
    /// Extensions of MCP that the client declares (`capabilities.extensions`).
    pub extensions: &'static [&'static str],
    /// How the server spoke the last time; nothing if that is not known.
    pub era: Option<Era>,
    /// Who answers what the server asks; with nobody, it is told not to ask.
    pub respondent: Option<Respondent>,
    /// Who is told what happens meanwhile. The channel closes with the session.
    pub notify: mpsc::UnboundedSender<SessionNotice>,
}

/// What happens to a session by itself.
#[derive(Debug)]
#[non_exhaustive]
pub enum SessionNotice {
    /// The server has other tools than before.
    ToolsChanged,
    /// Nobody has listened for a moment, in which its tools may have changed.
    ListenedAgain,
    /// The session is of no use any more: open another one.
    Lost(SessionError),
}

/// An open session. It ends with [`Session::close`]; dropping it does the same unseen.
pub struct Session {
    url: Url,
    peer: Peer<RoleClient>,
    era: Era,
    timeout: Duration,
    questions: Questions,
    askers: Askers,
    progresses: Progresses,
    requests: Requests,
    confided: Confided,
    running: Mutex<Option<RunningService<RoleClient, Handler>>>,
    /// Ends the task that listens for changed tools.
    listening: CancellationToken,
    /// Whoever keeps the session, while it is open.
    notify: mpsc::WeakUnboundedSender<SessionNotice>,
    calls: Calls,
    /// Another one takes its place; its calls come to their end first.
    spared: AtomicBool,
}

impl Session {
    /// Opens a session, with no more than `timeout` for all of it.
    pub async fn open(options: SessionOptions) -> Result<Self, SessionError> {
        let limit = options.timeout;
        tokio::time::timeout(limit, open::open(options))
            .await
            .map_err(|_| SessionError::Timeout)?
    }

    /// Whether this is where the server is.
    pub(crate) fn is_at(&self, url: &str) -> bool {
        self.url.as_str() == url
    }

    /// How the server speaks.
    #[must_use]
    pub fn era(&self) -> Era {
        self.era
    }

    /// Reads all pages of the tools: at most 50 pages, 1,000 tools and 5 MiB.
    pub async fn list_tools(&self) -> Result<Vec<ToolView>, SessionError> {
        tools::list(self).await
    }

    /// Calls a tool once; never again by itself, unless it surely did not run.
    pub async fn call_tool(
        &self,
        name: &str,
        arguments: Map<String, Value>,
        caller: Caller,
    ) -> Result<CallOutcome, SessionError> {
        let Some(_under_way) = self.calls.begin() else {
            return Err(SessionError::Lost);
        };
        let questions = match self.era {
            Era::Modern => self.questions.of_one_call(),
            Era::Legacy => self.questions.of_one_call_at_least(),
        };
        call::call(self, &questions, name, arguments, caller).await
    }

    /// Says that the session is of no use any more, because of what became of a request.
    pub(crate) fn give_up(&self, error: SessionError) {
        // A session that was closed has nobody to tell.
        if let Some(notify) = self.notify.upgrade() {
            let _ = notify.send(SessionNotice::Lost(error));
        }
    }

    /// Takes no more calls; those that are under way go on.
    pub(crate) fn refuse_calls(&self) {
        self.calls.close();
    }

    /// From now on [`Session::finish`] waits for calls that are under way: another session takes
    /// the place of this one, and nothing was taken back.
    pub(crate) fn spare(&self) {
        self.spared.store(true, Relaxed);
    }

    /// Ends the session; one that is spared, when its calls have come to their end.
    pub(crate) async fn finish(&self) {
        if self.spared.load(Relaxed) {
            // Each has its own time limit.
            self.calls.close_when_over().await;
        }
        self.close().await;
    }

    /// Ends the session, at the server too (Streamable HTTP, session management, rule 5), which hears first of
    /// the calls that nobody waits for any more.
    pub async fn close(&self) {
        self.refuse_calls();
        self.listening.cancel();
        let Some(mut running) = self.running.lock().await.take() else {
            return;
        };
        let limit = Instant::now() + CLOSE_LIMIT;
        if timeout_at(limit, self.requests.end()).await.is_err() {
            tracing::warn!("the server was not told of every call that was cancelled");
        }
        let rest = limit.saturating_duration_since(Instant::now());
        if !matches!(running.close_with_timeout(rest).await, Ok(Some(_))) {
            tracing::warn!("the session did not end by itself");
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.listening.cancel();
    }
}
