//! Running tools over the session that is open.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::activity::Story;
use crate::connection;
use crate::core::{Core, lock};
use crate::error::Error;
use crate::ids::ServerId;
use crate::neighbours;
use crate::session::{AuthFailure, Caller, Progress, Session, SessionError};
use crate::store::CallableRow;
use crate::view::{CallOutcome, Decision, Deed, DeedOutcome, Event, FactName, ToolView};

/// From one word of how far a call is to the next, at the least.
const PROGRESS_PAUSE: Duration = Duration::from_millis(100);

/// Calls a tool, with the server's time limit.
pub(crate) async fn call_tool(
    core: &Arc<Core>,
    server: &ServerId,
    call: &str,
    tool: &str,
    arguments: Value,
) -> Result<CallOutcome, Error> {
    let arguments = match arguments {
        Value::Object(arguments) => arguments,
        Value::Null => Map::new(),
        _ => return Err(Error::InvalidArguments),
    };
    let step = core.journal.deed(server, Deed::Call);
    let outcome = run(core, server, (call, tool), arguments).await;
    step.tell(told_call(tool, &outcome));
    outcome
}

/// The name of the tool and how it went: neither what it was given nor what it answered.
fn told_call(tool: &str, outcome: &Result<CallOutcome, Error>) -> Story {
    let mut story = Story::default().with(FactName::Tool, tool);
    match outcome {
        Ok(answer) if answer.is_error => {
            story.decide(Decision::ToolFailed);
            story.end_as(DeedOutcome::Problem);
        }
        Ok(_) => {}
        Err(Error::Session(SessionError::Cancelled)) => story.end_as(DeedOutcome::Stopped),
        // What a server says of its own may repeat what it was given.
        Err(Error::Session(SessionError::Rpc { code, .. })) => {
            story.failed(Error::from(SessionError::said(*code, String::new())).view());
        }
        Err(error) => story.failed(error.view()),
    }
    story
}

async fn run(
    core: &Arc<Core>,
    server: &ServerId,
    (call, tool): (&str, &str),
    arguments: Map<String, Value>,
) -> Result<CallOutcome, Error> {
    // Known from the first moment to the last, even when the caller goes away.
    let running = Running::begin(core, call);
    let cancelled = running.cancelled.clone();
    let session = cancelled.run_until_cancelled(session(core, server));
    let session = session.await.unwrap_or(Err(SessionError::Cancelled.into()));
    let (session, end) = session?;
    let progress = watch::Sender::default();
    let over = |session: Arc<Session>| {
        let arguments = arguments.clone();
        let caller = Caller {
            limit: end.saturating_duration_since(Instant::now()),
            cancelled: cancelled.clone(),
            progress: progress.clone(),
        };
        async move { session.call_tool(tool, arguments, caller).await }
    };
    let calling = async {
        let outcome = over(session.clone()).await;
        if let Err(error) = &outcome
            && ran_nowhere(error)
        {
            let next = another(core, server, &session, error, end);
            if let Some(Ok(next)) = cancelled.run_until_cancelled(next).await {
                return over(next).await;
            }
        }
        outcome
    };
    let outcome = tokio::select! {
        biased;
        outcome = calling => outcome,
        never = tell_progress(core, call, progress.subscribe()) => match never {},
    };
    drop(running);
    match outcome {
        Ok(outcome) => Ok(outcome),
        Err(error) => Err(told(core, server, error).await),
    }
}

/// Tells how far a call is; what comes too fast to be seen is left out, but for the last of it.
async fn tell_progress(
    core: &Core,
    call: &str,
    mut progress: watch::Receiver<Option<Progress>>,
) -> Infallible {
    loop {
        if progress.changed().await.is_err() {
            return std::future::pending().await;
        }
        let told = progress.borrow_and_update().clone();
        if let Some(Progress { percent, message }) = told {
            let call = call.to_owned();
            core.events.send(Event::CallProgress {
                call,
                percent,
                message,
            });
        }
        tokio::time::sleep(PROGRESS_PAUSE).await;
    }
}

/// A call that can be cancelled by its name.
struct Running<'a> {
    core: &'a Core,
    call: &'a str,
    cancelled: CancellationToken,
}

impl<'a> Running<'a> {
    fn begin(core: &'a Core, call: &'a str) -> Self {
        let cancelled = core.stop.child_token();
        lock(&core.calls).insert(call.to_owned(), cancelled.clone());
        Self {
            core,
            call,
            cancelled,
        }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        lock(&self.core.calls).remove(self.call);
    }
}

pub(crate) fn cancel(core: &Core, call: &str) {
    if let Some(cancelled) = lock(&core.calls).remove(call) {
        cancelled.cancel();
    }
}

/// Lists the tools and keeps the list.
pub(crate) async fn refresh_tools(
    core: &Arc<Core>,
    server: &ServerId,
) -> Result<Vec<ToolView>, Error> {
    let (mut session, end) = session(core, server).await?;
    let mut listed = session.list_tools().await;
    if let Err(error) = &listed
        && ran_nowhere(error)
        && let Ok(next) = another(core, server, &session, error, end).await
    {
        listed = next.list_tools().await;
        session = next;
    }
    let tools = match listed {
        Ok(tools) => tools,
        Err(error) => return Err(told(core, server, error).await),
    };
    {
        let live = core.live(server);
        let _settling = live.settling.lock().await;
        let current = live.state().session.clone();
        if !current.is_some_and(|current| Arc::ptr_eq(&current, &session)) {
            return Err(Error::NotConnected);
        }
        let stored = core.store.tools(server).await;
        if !stored.is_ok_and(|stored| stored == tools) {
            core.store.replace_tools(server, &tools).await?;
        }
        live.state().count_tools(tools.len());
    }
    core.publish(server).await;
    core.events.send(Event::ToolsChanged {
        id: server.to_string(),
    });
    Ok(tools)
}

/// The session of a server that is on, and until when its call may take.
async fn session(core: &Arc<Core>, server: &ServerId) -> Result<(Arc<Session>, Instant), Error> {
    let began = Instant::now();
    let row = callable(core, server).await?;
    let end = began + Duration::from_secs(row.server.timeout_seconds.into());
    let open = core.live(server).state().session.clone();
    let session = match open {
        Some(session) if session.is_at(&row.server.url) => Ok(session),
        // Another process has moved the server, and this one does not know yet.
        Some(session) => another(core, server, &session, &SessionError::Lost, end).await,
        None => match connection::opened(core, server, end).await {
            Err(Error::Away(_) | Error::NotConnected) => {
                connected_elsewhere(core, server, end).await
            }
            session => session,
        },
    };
    match session {
        Ok(session) => Ok((session, end)),
        // What was missing may have gone meanwhile.
        Err(why) => Err(callable(core, server).await.err().unwrap_or(why)),
    }
}

/// Whether the session was found to be of no use before anything was run.
fn ran_nowhere(error: &SessionError) -> bool {
    matches!(error, SessionError::Lost | SessionError::Unreachable(_))
}

/// The session in the place of one that was found to be of no use.
async fn another(
    core: &Arc<Core>,
    server: &ServerId,
    old: &Arc<Session>,
    error: &SessionError,
    end: Instant,
) -> Result<Arc<Session>, Error> {
    match connection::replaced(core, server, old, error, end).await {
        Err(_) => connected_elsewhere(core, server, end).await,
        next => next,
    }
}

/// The session that comes of what another process did, and this one does not know yet.
async fn connected_elsewhere(
    core: &Arc<Core>,
    server: &ServerId,
    end: Instant,
) -> Result<Arc<Session>, Error> {
    neighbours::look_at(core, server).await?;
    connection::opened(core, server, end).await
}

/// The server, if nothing is asked of the person first.
async fn callable(core: &Core, server: &ServerId) -> Result<Arc<CallableRow>, Error> {
    let row = core.callable(server).await?;
    if !row.server.enabled {
        return Err(Error::Disabled {
            name: row.server.name.clone(),
        });
    }
    core.live(server).state().grant_revision = row.revision;
    if row.signs_in() {
        match dead(&row) {
            Some(why) => return Err(why),
            None if row.revision.is_none() => return Err(Error::SignInNeeded),
            None => {}
        }
    }
    Ok(row)
}

/// The caller hears of a dead grant as that, even if the session was lost over it (rule G9).
async fn told(core: &Core, server: &ServerId, error: SessionError) -> Error {
    let row = core.store.callable(server).await.ok().flatten();
    if let Some(why) = row.as_deref().and_then(dead) {
        return why;
    }
    match error {
        SessionError::Auth(AuthFailure::SignInNeeded) => Error::SignInNeeded,
        SessionError::Auth(AuthFailure::MoreAccessNeeded { needed }) => Error::MoreAccessNeeded {
            server: server.clone(),
            scopes: needed,
        },
        // Nothing was run. What there was a session for may have gone with it.
        SessionError::Lost => callable(core, server).await.err().unwrap_or(error.into()),
        other => other.into(),
    }
}

/// Why nothing is called, where the grant is over.
fn dead(row: &CallableRow) -> Option<Error> {
    let (reason, at) = row.reauth_reason.zip(row.reauth_at)?;
    Some(if row.server.signs_in_by_itself() {
        Error::of_refused_client(reason)
    } else {
        let server = row.server.id.clone();
        Error::ReauthRequired { server, reason, at }
    })
}
