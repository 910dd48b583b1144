//! The way back: one callback, from wherever it came, becomes a grant or a reason.

use std::sync::Arc;

use drawbridge_oauth::{
    Answer, AuthMethod, AuthorizationCode, Callback, Http, PkceVerifier, Resource, Scopes,
    ServerMetadata, TokenFailure, Tokens, check_issuer, exchange_code, parse_callback,
};
use url::Url;

use super::begin::{Registering, begin, fail, tell_end, verifier_place};
use super::client::{StoredClient, stored_client};
use crate::activity::{Step, Story};
use crate::connection;
use crate::core::Core;
use crate::error::Error;
use crate::grant::{self, Client, Grant};
use crate::ids::{AttemptId, ServerId};
use crate::kill_point::kill_point;
use crate::neighbours;
use crate::server::{Attempt, Occasion, Trouble};
use crate::store::{AttemptRow, RegistrationKind};
use crate::view::{Connection, Decision, Deed, FactName, SignInStep, Surface};

/// Takes a callback in. Answers as soon as the attempt is found and used up; the outcome is an
/// event. An answer to nothing changes nothing (rule T2).
pub(crate) async fn receive_callback(core: &Arc<Core>, url: &str) -> Result<ServerId, Error> {
    let callback = parse_callback(url)?;
    let digest = callback.state.digest();
    let _answering = core.answering.lock().await;
    let running = core.attempts();
    let ids: Vec<_> = running.iter().map(|(_, it)| it.id.clone()).collect();
    let found = core
        .store
        .take_attempt(&digest, core.clock.now(), &core.born, &ids)
        .await?;
    let row = found.ok_or(Error::UnknownCallback)?;
    let server = row.server.clone();
    let live = core.live(&server);
    let (attempt, page) = {
        let mut state = live.state();
        // Taken from the database in the moment in which it was stopped.
        if state.attempt.is_none() && row.id > core.born {
            return Err(Error::UnknownCallback);
        }
        // After a cold start nobody waits: the attempt outlived the program that began it.
        let attempt = state.attempt.get_or_insert_with(|| Attempt {
            id: row.id.clone(),
            step: SignInStep::Exchanging,
            since: core.clock.now(),
            surface: core.preferences().surface,
            cancel: core.stop.child_token(),
            beginning: None,
            prompt: None,
            registration: None,
        });
        if attempt.id != row.id {
            return Err(Error::UnknownCallback);
        }
        attempt.step = SignInStep::Exchanging;
        (attempt.clone(), state.page.take())
    };
    core.journal.signs_in(&server, attempt.id.as_str());
    let page = page.unwrap_or_else(|| core.journal.step(&server, Deed::Callback));
    core.surface.close(&attempt.id);
    let core = core.clone();
    core.tasks.clone().spawn(async move {
        // First told, then done: a late telling could meet the moment between attempt and grant.
        core.publish(&row.server).await;
        if !attempt.cancel.is_cancelled() {
            complete(&core, row, (callback, page), attempt.surface).await;
            // Nobody waits for the page any more.
            attempt.cancel.cancel();
        }
    });
    Ok(server)
}

/// Goes on when the attempt is stopped: what the server gives then is given back.
async fn complete(
    core: &Arc<Core>,
    row: AttemptRow,
    (callback, page): (Callback, Step),
    surface: Surface,
) {
    let server = &row.server;
    match exchange(core, &row, callback, page).await {
        Ok(grant) => settle(core, server, &row.id, grant).await,
        Err(Failure::AnotherMethod(method)) => begin_anew(core, &row, surface, Some(method)).await,
        Err(Failure::Ends(error)) => {
            if error.blames_scopes() {
                if retires_the_client(core, &row).await {
                    return begin_anew(core, &row, surface, None).await;
                }
                grant::not_known(core, server, &Scopes::parse(&row.scopes)).await;
            }
            fail(core, server, &row.id, &error).await;
        }
    }
}

/// Begins once more with another registration, if the attempt is still the one that runs.
async fn begin_anew(
    core: &Arc<Core>,
    row: &AttemptRow,
    surface: Surface,
    preferred: Option<AuthMethod>,
) {
    let anew = Registering {
        preferred,
        anew: true,
        surface: Some(surface),
        last: true,
    };
    match core.server(&row.server).await {
        Ok(entry) if core.live(&row.server).runs(&row.id) => begin(core, entry, anew),
        Ok(_) => {}
        Err(error) => fail(core, &row.server, &row.id, &error).await,
    }
}

/// Some let a client ask for no more than it registered for (RFC 7591 §2), and this one may have
/// registered before more was wanted: it will not do, and another can be had.
async fn retires_the_client(core: &Core, row: &AttemptRow) -> bool {
    if !row.has_an_older_client() {
        return false;
    }
    let client = core.store.registration(&row.registration).await;
    if !matches!(client, Ok(Some(client)) if client.kind == RegistrationKind::Dynamic) {
        return false;
    }
    let retired = core.store.retire_registration(&row.registration).await;
    if let Err(error) = &retired {
        tracing::error!(server = %row.server, %error, "a registration was not retired");
    }
    retired.is_ok()
}

/// Keeps the grant, if it is still wanted.
pub(super) async fn settle(core: &Arc<Core>, server: &ServerId, attempt: &AttemptId, grant: Grant) {
    let live = core.live(server);
    let settling = live.settling.lock().await;
    let Some(attempt) = live.begin_storing(attempt, &core.stop) else {
        tracing::info!(%server, "a sign-in of {server} came back too late");
        grant::revoke(core, server, grant);
        return;
    };
    let is_wanted = || attempt.is_wanted(&core.stop);
    let stored = grant::store(core, server, &grant, is_wanted).await;
    kill_point("grant_stored");
    neighbours::acknowledge(core, server).await;
    drop(settling);
    if let Err(error) = stored {
        tracing::warn!(%server, %error, "the grant of {server} was not stored");
        grant::revoke(core, server, grant);
        tell_end(core, server, None, &error);
        {
            let mut state = live.state();
            state.storing = None;
            state.trouble = Trouble::of(&error);
        }
        core.publish(server).await;
        return;
    }
    {
        let mut state = live.state();
        state.storing = None;
        state.occasion = Occasion::SignedIn;
        // So that nobody finds it idle before its session is begun.
        state.connection = Connection::Connecting;
    }
    connection::open(core, server).await;
}

enum Failure {
    Ends(Error),
    /// The method of a registration made a moment ago is refused, and there is another (rule R3).
    AnotherMethod(AuthMethod),
}

impl<E: Into<Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Ends(error.into())
    }
}

async fn exchange(
    core: &Core,
    row: &AttemptRow,
    callback: Callback,
    page: Step,
) -> Result<Grant, Failure> {
    let metadata: ServerMetadata =
        serde_json::from_str(&row.metadata).map_err(|_| Error::Corrupt)?;
    let granted = page.end(answer(core, &metadata, callback), |_, story| {
        story.decide(Decision::AnswerIsRight);
        story.fact(FactName::Issuer, &metadata.issuer.shown());
    })?;
    let client = stored_client(core, Some(&row.registration)).await?;
    let url = Url::parse(&row.url).map_err(|_| Error::Corrupt)?;
    let http = core.http_for(&url).await;
    let step = core.journal.step(&row.server, Deed::Token);
    let redeemed = redeem(core, &step.http(&http), row, &metadata, &client, &granted).await;
    let mut story = Story::default();
    match &redeemed {
        Ok(tokens) => story.tokens(tokens, tokens.refresh_token.is_some()),
        Err(Failure::AnotherMethod(method)) => {
            story = Story::decided(Decision::AnotherMethod).note();
            story.fact(FactName::AuthMethod, method.as_str());
        }
        Err(Failure::Ends(error)) => story.failed(error.view()),
    }
    step.tell(story);
    let tokens = redeemed?;
    kill_point("code_redeemed");
    remember_by_hand(core, &row.server, &client).await;
    let asked = Scopes::parse(&row.scopes);
    Ok(Grant {
        url,
        withdrawals: row.withdrawals,
        registration: Some(client.id.clone()),
        scopes: tokens.scopes.clone().unwrap_or_else(|| asked.clone()),
        asked,
        resource: row.resource.clone(),
        metadata,
        client: Client::Registered(client),
        tokens,
    })
}

/// The code, if the right issuer gave one.
fn answer(
    core: &Core,
    metadata: &ServerMetadata,
    callback: Callback,
) -> Result<AuthorizationCode, Error> {
    let checked = check_issuer(
        &callback,
        &metadata.issuer,
        metadata.iss_parameter_supported,
    );
    if let Err(error) = checked {
        core.metadata.forget(metadata);
        return Err(error.into());
    }
    match callback.answer {
        Answer::Code(granted) => Ok(granted),
        Answer::Error { error, .. } if error == "access_denied" => Err(Error::AccessDenied),
        Answer::Error { error, description } => {
            Err(Error::AuthorizationRefused { error, description })
        }
    }
}

/// A client registered by hand comes back where it did, whichever program asks next, and whatever other
/// clients do: nobody can find out what else is registered for it.
async fn remember_by_hand(core: &Core, server: &ServerId, client: &StoredClient) {
    if client.kind == RegistrationKind::PreRegistered
        && let Err(error) = core
            .store
            .keep_redirect_by_hand(server, &client.redirect)
            .await
    {
        // The tokens are here, and worth more.
        tracing::warn!(%error, "the redirect of a client was not remembered");
    }
}

async fn redeem(
    core: &Core,
    http: &Http,
    row: &AttemptRow,
    metadata: &ServerMetadata,
    client: &StoredClient,
    granted: &AuthorizationCode,
) -> Result<Tokens, Failure> {
    let verifier = core.keys.unseal(verifier_place(&row.id), &row.verifier)?;
    let verifier = PkceVerifier::new(verifier.as_str());
    let resource = row.resource.as_deref().map(Resource::new);
    let answer = exchange_code(
        http,
        metadata,
        client.auth(),
        granted,
        &verifier,
        &client.redirect,
        resource.as_ref(),
    )
    .await;
    if answer.is_err() {
        core.metadata.forget(metadata);
    }
    match answer {
        Ok(tokens) => Ok(tokens),
        Err(error) if matches!(error.class(), TokenFailure::InvalidClient) => {
            core.store.retire_registration(&client.id).await?;
            match another_method(metadata, client.method).filter(|_| row.newly_registered) {
                Some(method) => Err(Failure::AnotherMethod(method)),
                None => Err(error.into()),
            }
        }
        Err(error) => Err(error.into()),
    }
}

fn another_method(metadata: &ServerMetadata, refused: AuthMethod) -> Option<AuthMethod> {
    metadata
        .token_endpoint_auth_methods
        .iter()
        .filter_map(|name| AuthMethod::parse(name))
        .find(|method| *method != refused)
}
