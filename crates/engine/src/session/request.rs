//! One request over an open session; the server is told when nobody waits for its answer any more.

use rmcp::model::{ClientRequest, ServerResult};
use rmcp::service::{PeerRequestOptions, RequestHandle, RoleClient, ServiceError};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::Session;

/// The requests of one session, and what its server is still to be told of them.
#[derive(Debug, Default)]
pub(super) struct Requests {
    under_way: TaskTracker,
    ended: CancellationToken,
}

impl Requests {
    /// Ends what is under way, and returns when the server was told.
    pub(super) async fn end(&self) {
        self.ended.cancel();
        self.under_way.close();
        self.under_way.wait().await;
    }

    /// Tells the server (`notifications/cancelled`) without waiting for it.
    fn withdraw(&self, handle: RequestHandle<RoleClient>, why: &ServiceError) {
        let reason = match why {
            ServiceError::Timeout { .. } => "it took too long",
            ServiceError::Cancelled { .. } => "cancelled by the person",
            _ => "the session is at its end",
        };
        self.under_way.spawn(async move {
            if handle.cancel(Some(reason.into())).await.is_err() {
                tracing::debug!("the server was not told that a request was cancelled");
            }
        });
    }
}

/// Sends a request and waits for its answer, until `end` says why nobody does any more, or the session is at
/// its end. What `sent` makes of it is kept for as long.
pub(super) async fn ask<T>(
    session: &Session,
    asked: ClientRequest,
    sent: impl FnOnce(&RequestHandle<RoleClient>) -> T,
    end: impl Future<Output = ServiceError>,
) -> Result<ServerResult, ServiceError> {
    let requests = &session.requests;
    let _under_way = requests.under_way.token();
    if requests.ended.is_cancelled() {
        return Err(ServiceError::TransportClosed);
    }
    let mut handle = session
        .peer
        .send_request_with_option(asked, PeerRequestOptions::no_options())
        .await?;
    let _kept = sent(&handle);
    let why = tokio::select! {
        biased;
        answer = &mut handle.rx => return answer.unwrap_or(Err(ServiceError::TransportClosed)),
        why = end => why,
        () = requests.ended.cancelled() => ServiceError::TransportClosed,
    };
    requests.withdraw(handle, &why);
    Err(why)
}
