//! *Connect* where there is no person: discovery, and then the token at once (RFC 6749 §4.4, and the
//! MCP extension `io.modelcontextprotocol/oauth-client-credentials`).

use std::sync::Arc;

use drawbridge_oauth::{TokenError, TokenFailure, client_credentials};
use url::Url;

use super::begin::fail;
use super::client::bind;
use super::complete::settle;
use super::discovery::{Candidates, discovered};
use super::scopes::asked_scopes;
use super::withdrawn::{begin_with, while_it_holds};
use crate::core::Core;
use crate::error::Error;
use crate::grant::{Client, Grant, not_known};
use crate::ids::AttemptId;
use crate::store::ServerRow;
use crate::view::{Deed, SignInStep};

/// An attempt that shows no page and waits for nobody.
pub(super) async fn run(core: &Arc<Core>, server: &ServerRow, attempt: &AttemptId) {
    let obtained = async {
        let beginning = begin_with(core, server, attempt).await?;
        let obtained = Box::pin(obtain(core, server, attempt, beginning.withdrawals));
        while_it_holds(core, server, attempt, &beginning, obtained).await
    };
    match obtained.await {
        Ok(grant) => settle(core, &server.id, attempt, grant).await,
        Err(Error::SignInCancelled) => {
            // What this process itself withdraws has ended by then.
            let live = core.live(&server.id);
            let _settling = live.settling.lock().await;
            fail(core, &server.id, attempt, &Error::SignInCancelled).await;
        }
        Err(error) => fail(core, &server.id, attempt, &error).await,
    }
}

async fn obtain(
    core: &Core,
    server: &ServerRow,
    attempt: &AttemptId,
    withdrawals: i64,
) -> Result<Grant, Error> {
    let client = Client::own(core, server)?;
    let url = Url::parse(&server.url).map_err(|_| Error::Corrupt)?;
    let http = core.http_for(&url).await;
    let discovery = discovered(core, &http, &server.id, &url).await?;
    let candidates = Candidates::of(core, &http, server, &url, &discovery).await?;
    let choice = candidates.first().await?;
    bind(core, server, &choice.metadata).await?;
    choice.keep(core, &server.id).await?;
    let metadata = choice.metadata;
    let (challenge, resource) = (discovery.challenge.as_ref(), discovery.resource.as_ref());
    let asked = asked_scopes(core, server, challenge, resource, &metadata).await?;
    let resource = discovery
        .resource
        .map(|resource| resource.resource)
        .filter(|_| !server.sign_in.omit_resource);
    core.live(&server.id)
        .advance(attempt, |attempt| attempt.step = SignInStep::Exchanging);
    core.publish(&server.id).await;
    let proof = client.proof(&metadata, &core.clock)?;
    let step = core.journal.step(&server.id, Deed::Token);
    let client_http = step.http(&http);
    let answer = client_credentials(
        &client_http,
        &metadata,
        proof.auth(),
        &asked,
        resource.as_ref(),
    )
    .await;
    if answer.is_err() {
        core.metadata.forget(&metadata);
    }
    let answer = answer.map_err(told);
    if answer.as_ref().is_err_and(Error::blames_scopes) {
        not_known(core, &server.id, &asked).await;
    }
    let tokens = step.end(answer, |tokens, story| {
        story.tokens(tokens, true);
    })?;
    Ok(Grant {
        url,
        withdrawals,
        registration: None,
        scopes: tokens.scopes.clone().unwrap_or_else(|| asked.clone()),
        asked,
        resource: resource.map(|resource| resource.as_str().to_owned()),
        metadata,
        client,
        tokens,
    })
}

/// A refused client is one that was typed in: nobody can sign in again, or register anew.
fn told(error: TokenError) -> Error {
    if error.class() != TokenFailure::InvalidClient {
        return error.into();
    }
    Error::CredentialsRefused(match error {
        TokenError::Refused {
            error, description, ..
        } => Some(description.unwrap_or(error)),
        TokenError::ClientUnknown { description, .. } => description,
        _ => None,
    })
}
