//! How a session begins, with servers of both eras.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use rmcp::model::ProtocolVersion;
use rmcp::service::{
    ClientInitializeError, ClientLifecycleMode, RoleClient, RunningService,
    serve_client_with_lifecycle,
};
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use super::asking::Askers;
use super::calls::Calls;
use super::closing::Closing;
use super::handler::Handler;
use super::listen::listen;
use super::progress::Progresses;
use super::question::Questions;
use super::request::Requests;
use super::wire::retries::Retries;
use super::wire::{Opening, Wire, WireError, refuses};
use super::{Era, Session, SessionError, SessionOptions, failure};

/// So many requests may wait for their answers at once. With few, slow tools of a server that answers
/// with nothing before they are done would hold up all others; but each may take a connection, and a
/// program may mostly have no more than 1,024 files open.
const MOST_AT_ONCE: usize = 256;

/// See [`Session::open`], which has the time limit.
pub(super) async fn open(options: SessionOptions) -> Result<Session, SessionError> {
    let wire = Wire::new(&options);
    let opening = Opening::of(&wire);
    let questions = Questions::new(options.respondent.clone());
    let progresses = Progresses::default();
    let calls = Calls::default();
    let askers = Askers::new(questions.clone(), calls.clone());
    let handler = Handler::new(
        options.notify.clone(),
        askers.clone(),
        progresses.clone(),
        options.extensions,
    );
    if options.era.is_none() {
        wire.get_token().await?;
    }
    let running = match begin(&wire, &options, handler.clone(), mode(options.era)).await {
        // It does not speak as it did the last time, or as its silence was understood: it may have had
        // to wake up first.
        Err(error) if (options.era.is_some() || wire.was_silent()) && is_foreign(&error, &wire) => {
            begin(&wire, &options, handler, mode(None)).await
        }
        begun => begun,
    };
    let running = running
        .map_err(|error| failure::of_opening(error, wire.last_failure(), wire.confided()))
        .map_err(failure::of_harmless)?;
    let peer = running.peer().clone();
    let info = peer.peer_info();
    let era = match &info {
        Some(info) if info.protocol_version >= ProtocolVersion::V_2026_07_28 => Era::Modern,
        _ => Era::Legacy,
    };
    let listening = CancellationToken::new();
    let tells_changes = info
        .and_then(|info| {
            info.capabilities
                .tools
                .as_ref()
                .and_then(|tools| tools.list_changed)
        })
        .unwrap_or(false);
    if era == Era::Modern && tells_changes {
        let ears = listen(
            peer.clone(),
            options.notify.clone(),
            wire.confided().clone(),
        );
        tokio::spawn(listening.clone().run_until_cancelled_owned(ears));
    }
    opening.done();
    let running = Mutex::new(Some(running));
    Ok(Session {
        url: options.url,
        peer,
        era,
        notify: options.notify.downgrade(),
        calls,
        spared: AtomicBool::new(false),
        timeout: options.timeout,
        questions,
        askers,
        progresses,
        requests: Requests::default(),
        confided: wire.confided().clone(),
        running,
        listening,
    })
}

/// Whether a server refused the very way in which it was spoken to.
fn is_foreign(error: &ClientInitializeError, wire: &Wire) -> bool {
    let in_words = match error {
        ClientInitializeError::LegacyFallbackFailed { fallback, .. } => fallback,
        error => error,
    };
    matches!(in_words, ClientInitializeError::JsonRpcError(_))
        || matches!(wire.last_failure(), Some(WireError::Status { status, .. }) if refuses(status))
}

async fn begin(
    wire: &Wire,
    options: &SessionOptions,
    handler: Handler,
    mode: ClientLifecycleMode,
) -> Result<RunningService<RoleClient, Handler>, ClientInitializeError> {
    // Neither headers nor tokens are given to `rmcp`: the wire adds them to each request.
    let mut config = StreamableHttpClientTransportConfig::with_uri(options.url.as_str());
    config.retry_config = Arc::new(Retries);
    config.max_concurrent_requests = MOST_AT_ONCE;
    // It would cut off what is under way over the old one; another session is opened beside that.
    config.reinit_on_expired_session = false;
    // The answer of a person to a tool may have to wait for a new token.
    config.control_request_timeout = options.timeout;
    let transport = StreamableHttpClientTransport::with_client(wire.clone(), config);
    let transport = Closing(transport);
    serve_client_with_lifecycle(handler, transport, mode).await
}

fn mode(era: Option<Era>) -> ClientLifecycleMode {
    let preferred_versions = vec![ProtocolVersion::V_2026_07_28];
    match era {
        Some(Era::Legacy) => ClientLifecycleMode::Initialize,
        // It may take as long as the whole opening; silence does not make it an old one.
        Some(Era::Modern) => ClientLifecycleMode::Discover { preferred_versions },
        None => ClientLifecycleMode::Auto {
            preferred_versions,
            legacy_version: Some(ProtocolVersion::LATEST_WITH_INITIALIZE),
        },
    }
}
