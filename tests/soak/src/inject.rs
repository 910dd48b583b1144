//! Makes a fault happen, for as long as it is to last.

use std::{io, time::Duration};

use drawbridge_testkit::{Canned, Gate, Sample};
use tokio::time::{Instant, sleep};

use crate::{fault::Fault, plan::Planned};

/// More requests than come while a fault lasts.
const MANY: usize = 1_000;
/// In which whoever has got new tokens has stored them, many times over.
pub(crate) const SETTLING: Duration = Duration::from_millis(500);
/// A token that is ended early has been in use for so long.
const IN_USE: Duration = Duration::from_millis(500);
/// A port that is left may be taken by a connection for a moment.
const PORT_PAUSE: Duration = Duration::from_millis(50);
const PORT_LIMIT: Duration = Duration::from_secs(20);

/// Does it, waits, and undoes it; says how many tokens ended early.
pub(crate) async fn inject(sample: &Sample, planned: &Planned) -> io::Result<usize> {
    let auth = &sample.auth;
    match planned.fault {
        Fault::TokenBusy => refresh_answers(sample, planned, Canned::status(503)).await,
        Fault::TokenLimited => {
            let answer = Canned::too_many_requests(planned.retry_after);
            refresh_answers(sample, planned, answer).await;
        }
        Fault::TokenGateway => refresh_answers(sample, planned, Canned::html(502)).await,
        Fault::TokenPortal => refresh_answers(sample, planned, Canned::html(200)).await,
        Fault::TokenCut => refresh_answers(sample, planned, Canned::cut_off()).await,
        Fault::TokenSlow => {
            let gate = Gate::closed();
            auth.behave(|behaviour| behaviour.token_gate = Some(gate.clone()));
            sleep(planned.lasts).await;
            auth.behave(|behaviour| behaviour.token_gate = None);
            gate.open();
        }
        Fault::TokenAnswerSlow => {
            let gate = Gate::closed();
            auth.behave(|behaviour| behaviour.token_answer_gate = Some(gate.clone()));
            sleep(planned.lasts).await;
            auth.behave(|behaviour| behaviour.token_answer_gate = None);
            gate.open();
        }
        Fault::AuthAway => auth_away(sample, planned).await?,
        Fault::TokensEnded => return Ok(auth.expire_access_tokens_in_use_for(IN_USE)),
        Fault::McpBusy => mcp_answers(sample, planned, Canned::status(503)).await,
        Fault::McpCut => mcp_answers(sample, planned, Canned::cut_off()).await,
        Fault::McpAway => {
            sample.mcp.close().await;
            sleep(planned.lasts).await;
            come_back(|| sample.mcp.reopen()).await?;
        }
        Fault::SessionsForgotten => sample.mcp.drop_sessions().await,
    }
    Ok(0)
}

async fn refresh_answers(sample: &Sample, planned: &Planned, answer: Canned) {
    let answers = std::iter::repeat_n(answer, MANY);
    sample
        .auth
        .behave(|behaviour| behaviour.refresh_answers.extend(answers));
    sleep(planned.lasts).await;
    sample
        .auth
        .behave(|behaviour| behaviour.refresh_answers.clear());
}

async fn mcp_answers(sample: &Sample, planned: &Planned, answer: Canned) {
    let answers = std::iter::repeat_n(answer, MANY);
    sample
        .mcp
        .behave(|behaviour| behaviour.answers.extend(answers));
    sleep(planned.lasts).await;
    sample.mcp.behave(|behaviour| behaviour.answers.clear());
}

/// Requests that are on the way break before anything was done: where the answer to a refresh is lost
/// that has spent a token, no client can promise anything.
async fn auth_away(sample: &Sample, planned: &Planned) -> io::Result<()> {
    let gate = Gate::closed();
    sample
        .auth
        .behave(|behaviour| behaviour.token_gate = Some(gate.clone()));
    sleep(SETTLING).await;
    sample.auth.close().await;
    sleep(planned.lasts).await;
    sample.auth.behave(|behaviour| behaviour.token_gate = None);
    come_back(|| sample.auth.reopen()).await
}

async fn come_back<F: Future<Output = io::Result<()>>>(reopen: impl Fn() -> F) -> io::Result<()> {
    let until = Instant::now() + PORT_LIMIT;
    loop {
        match reopen().await {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && Instant::now() < until => {
                sleep(PORT_PAUSE).await;
            }
            outcome => return outcome,
        }
    }
}
