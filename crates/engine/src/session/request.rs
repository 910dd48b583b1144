//! One request over an open session; the server is told when nobody waits for its answer any more.

use rmcp::model::{ClientRequest, ServerResult};
use rmcp::service::{Peer, PeerRequestOptions, RequestHandle, RoleClient, ServiceError};

/// Sends a request and waits for its answer, until `end` says why nobody does any more. What `sent` makes
/// of it is kept for as long.
pub(super) async fn ask<T>(
    peer: &Peer<RoleClient>,
    asked: ClientRequest,
    sent: impl FnOnce(&RequestHandle<RoleClient>) -> T,
    end: impl Future<Output = ServiceError>,
) -> Result<ServerResult, ServiceError> {
    let mut handle = peer
        .send_request_with_option(asked, PeerRequestOptions::no_options())
        .await?;
    let _kept = sent(&handle);
    tokio::select! {
        biased;
        answer = &mut handle.rx => answer.unwrap_or(Err(ServiceError::TransportClosed)),
        why = end => {
            withdraw(handle, &why);
            Err(why)
        }
    }
}

/// Tells the server (`notifications/cancelled`) without waiting for it.
fn withdraw(handle: RequestHandle<RoleClient>, why: &ServiceError) {
    let reason = match why {
        ServiceError::Timeout { .. } => "it took too long",
        _ => "cancelled by the person",
    };
    tokio::spawn(async move {
        if handle.cancel(Some(reason.into())).await.is_err() {
            tracing::debug!("the server was not told that a request was cancelled");
        }
    });
}
