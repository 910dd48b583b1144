//! The way out: discovery, registration, the attempt's row, the page.

use std::sync::Arc;

use drawbridge_oauth::{AuthMethod, authorize};
use tokio::time::Instant;
use url::Url;

use super::client::Chosen;
use super::client_credentials;
use super::discovery::{Candidates, discovered};
use super::loopback::Listener;
use super::surface::SignInPrompt;
use super::usable::Usable;
use super::withdrawn::{begin_with, end_withdrawn, while_it_holds, withdrawn};
use crate::activity::{Step, Story};
use crate::core::Core;
use crate::error::Error;
use crate::ids::{AttemptId, RegistrationId, ServerId};
use crate::neighbours::follow_key;
use crate::server::{Attempt, Trouble};
use crate::store::{AttemptRow, Beginning, ServerRow};
use crate::vault::Place;
use crate::view::{Decision, Deed, DeedOutcome, FactName, Millis, SignInStep, Surface};

/// How a second try differs from the first.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Registering {
    /// Ask for this method (rule R3).
    pub(crate) preferred: Option<AuthMethod>,
    /// No registration that is there will do (rules R3, R8).
    pub(crate) anew: bool,
    /// Show the page here, whatever was preferred.
    pub(crate) surface: Option<Surface>,
    /// There is no third try.
    pub(crate) last: bool,
}

/// Starts an attempt; one that already runs on this server is superseded (rule T1).
pub(crate) fn begin(core: &Arc<Core>, server: ServerRow, registering: Registering) {
    let attempt = Attempt {
        id: AttemptId::random(),
        step: SignInStep::FindingOut,
        since: core.clock.now(),
        surface: registering
            .surface
            .unwrap_or_else(|| core.surface_for(&server.sign_in)),
        cancel: core.stop.child_token(),
        beginning: None,
        prompt: None,
        registration: None,
    };
    let earlier = {
        let live = core.live(&server.id);
        let mut state = live.state();
        state.trouble = None;
        state.page = None;
        state.attempt.replace(attempt.clone())
    };
    core.journal.signs_in(&server.id, attempt.id.as_str());
    if let Some(earlier) = earlier {
        earlier.cancel.cancel();
        core.surface.close(&earlier.id);
    }
    let core = core.clone();
    core.tasks.clone().spawn(async move {
        tokio::select! {
            biased;
            () = attempt.cancel.cancelled() => {}
            () = run(&core, server, &attempt, registering) => {}
        }
    });
}

async fn run(core: &Arc<Core>, server: ServerRow, attempt: &Attempt, registering: Registering) {
    core.publish(&server.id).await;
    if server.signs_in_by_itself() {
        return client_credentials::run(core, &server, &attempt.id).await;
    }
    let prepared = find_out(core, &server, attempt, registering).await;
    let Attempt {
        id: attempt,
        cancel,
        ..
    } = attempt;
    let live = core.live(&server.id);
    let Prepared {
        prompt,
        registration,
        expires_at,
        listener,
        story,
    } = match prepared {
        Ok(prepared) => prepared,
        Err(Error::SignInCancelled) => {
            let _settling = live.settling.lock().await;
            return end_withdrawn(core, &server.id, attempt).await;
        }
        Err(error) => return fail(core, &server.id, attempt, &error).await,
    };
    let ours = live.advance(attempt, |attempt| {
        attempt.step = SignInStep::WaitingForPerson;
        attempt.prompt = Some(prompt.clone());
        attempt.registration = Some(registration);
    });
    if !ours {
        return;
    }
    core.journal.stepped(&server.id, Deed::Page, story);
    let page = core.journal.step(&server.id, Deed::Callback);
    if !live.advance_page(attempt, page) {
        return;
    }
    if let Some(listener) = listener {
        listener.serve(core, cancel.clone());
    }
    core.publish(&server.id).await;
    core.surface.open(prompt);
    // Ended on another thread between the two: its page was closed before it was opened.
    if !live.runs(attempt) {
        core.surface.close(attempt);
        return;
    }
    let is_withdrawn = tokio::select! {
        () = expiry(core, expires_at) => false,
        () = withdrawn(core, &server.id, attempt) => true,
    };
    if is_withdrawn {
        let _settling = live.settling.lock().await;
        end_withdrawn(core, &server.id, attempt).await;
    } else {
        stop_waiting(core, &server.id, attempt, &Error::SignInTimedOut).await;
    }
}

/// Prepares the attempt.
async fn find_out(
    core: &Arc<Core>,
    server: &ServerRow,
    attempt: &Attempt,
    registering: Registering,
) -> Result<Prepared, Error> {
    let beginning = begin_with(core, server, &attempt.id).await?;
    let prepared = Box::pin(prepare(core, server, attempt, &beginning, registering));
    while_it_holds(core, server, &attempt.id, &beginning, prepared).await
}

/// Returns when the row of an attempt is worth nothing any more: its date is that of the wall clock,
/// which goes on while the computer sleeps, and may be set.
async fn expiry(core: &Core, at: Millis) {
    let limit = Instant::now() + core.limits.attempt;
    let mut roused = core.roused();
    loop {
        let rest = limit.saturating_duration_since(Instant::now());
        let rest = rest.min(core.clock.until(at));
        if rest.is_zero() {
            return;
        }
        tokio::select! {
            () = tokio::time::sleep(rest) => {}
            Ok(()) = roused.changed() => {}
        }
    }
}

/// Ends the attempt, if it still runs, and says why.
pub(super) async fn fail(core: &Core, server: &ServerId, attempt: &AttemptId, error: &Error) {
    end(core, server, attempt, error, |_| true).await;
}

/// Ends the attempt, if nobody has come back from its page, and says why.
pub(super) async fn stop_waiting(
    core: &Core,
    server: &ServerId,
    attempt: &AttemptId,
    error: &Error,
) {
    let waits = |step| step == SignInStep::WaitingForPerson;
    if let Some(ended) = end(core, server, attempt, error, waits).await {
        ended.cancel.cancel();
    }
}

/// Ends the attempt, if it still runs and is where `ends` wants it, and says why.
pub(super) async fn end(
    core: &Core,
    server: &ServerId,
    attempt: &AttemptId,
    error: &Error,
    ends: impl FnOnce(SignInStep) -> bool,
) -> Option<Attempt> {
    // First the row: what is ended must not be found by a callback. A row that a callback has
    // found already is not here any more.
    forget(core, server, attempt).await;
    let live = core.live(server);
    let ended = live.end_attempt(attempt, Trouble::of(error), ends)?;
    // Before the end of its page is told, which would be told as the end of the sign-in too.
    let page = live.state().page.take();
    tell_end(core, server, page, error);
    tracing::info!(%server, code = error.code(), "the sign-in of {server} ended: {}", error.code());
    core.surface.close(attempt);
    core.publish(server).await;
    Some(ended)
}

pub(super) fn tell_end(core: &Core, server: &ServerId, page: Option<Step>, error: &Error) {
    let mut story = Story::default();
    match error {
        Error::SignInCancelled => story.end_as(DeedOutcome::Stopped),
        error => story.failed(error.view()),
    }
    if let Some(page) = page {
        page.tell(story);
    } else if !core.journal.has_told(server, error) {
        core.journal.stepped(server, Deed::SignInEnded, story);
    }
}

/// Makes the callback of the attempt worth nothing.
pub(super) async fn forget(core: &Core, server: &ServerId, attempt: &AttemptId) {
    if let Err(error) = core.store.delete_attempts_up_to(server, attempt).await {
        tracing::error!(%server, %error, "the attempt of {server} was not forgotten");
    }
}

/// Everything that an attempt needs before it can be shown.
struct Prepared {
    prompt: SignInPrompt,
    registration: RegistrationId,
    expires_at: Millis,
    listener: Option<Listener>,
    /// What is told of the page.
    story: Story,
}

async fn prepare(
    core: &Arc<Core>,
    server: &ServerRow,
    attempt: &Attempt,
    beginning: &Beginning,
    registering: Registering,
) -> Result<Prepared, Error> {
    let Attempt {
        id: attempt,
        surface,
        ..
    } = attempt;
    let surface = *surface;
    // Nothing may be registered that could then not be stored.
    follow_key(core).await?;
    core.keys.vault()?;
    let url = Url::parse(&server.url).map_err(|_| Error::Corrupt)?;
    let http = core.http_for(&url).await;
    let discovery = discovered(core, &http, &server.id, &url).await?;
    let candidates = Candidates::of(core, &http, server, &url, &discovery).await?;
    let Usable {
        choice,
        scopes,
        client,
    } = candidates.first_usable(registering, surface).await?;
    let Chosen {
        client,
        new,
        listener,
    } = client;
    let metadata = &choice.metadata;
    choice.keep(core, &server.id).await?;
    let resource = discovery.resource.as_ref();
    let resource = resource
        .filter(|_| !server.sign_in.omit_resource)
        .map(|resource| &resource.resource);
    let extra: Vec<_> = server
        .sign_in
        .authorize_parameters
        .iter()
        .map(|parameter| (parameter.name.clone(), parameter.value.clone()))
        .collect();
    let request = authorize(
        metadata,
        &client.client_id,
        &client.redirect,
        &scopes,
        resource,
        &extra,
    );
    let mut story = Story::decided(match surface {
        Surface::Popup => Decision::PageInWindow,
        Surface::Browser => Decision::PageInBrowser,
    });
    story.scopes(FactName::Asked, &scopes);
    story.fact(FactName::Redirect, client.redirect.as_str());
    let verifier = core
        .keys
        .seal(verifier_place(attempt), request.verifier.expose())?;
    let expires_at = core.clock.after(core.limits.attempt);
    let row = AttemptRow {
        id: attempt.clone(),
        server: server.id.clone(),
        url: server.url.clone(),
        withdrawals: beginning.withdrawals,
        registration: client.id.clone(),
        newly_registered: new && !registering.last,
        state_hash: request.state.digest().to_vec(),
        verifier,
        metadata: serde_json::to_string(metadata).map_err(|_| Error::Corrupt)?,
        resource: resource.map(|resource| resource.as_str().to_owned()),
        scopes: scopes.to_string(),
        expires_at,
    };
    // Nobody is to sign in to what another process has made of the server meanwhile.
    if !core.store.begin_attempt(&row, beginning).await? {
        return Err(Error::SignInCancelled);
    }
    Ok(Prepared {
        prompt: SignInPrompt {
            attempt: attempt.clone(),
            server: server.id.clone(),
            server_name: server.name.clone(),
            url: request.url,
            surface,
            remember_page: server.sign_in.remember_page,
            redirect: client.redirect,
            iss_parameter_supported: metadata.iss_parameter_supported,
        },
        registration: client.id,
        expires_at,
        listener,
        story,
    })
}

pub(super) fn verifier_place(attempt: &AttemptId) -> Place<'_> {
    Place {
        table: "attempt",
        column: "verifier",
        row: attempt.as_str(),
    }
}
