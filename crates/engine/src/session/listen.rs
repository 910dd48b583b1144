//! Following what a server without sessions tells of its tools (2026-07-28, `subscriptions/listen`).

use rmcp::model::{ServerNotification, SubscriptionFilter};
use rmcp::service::{Peer, RoleClient, ServiceError};
use rmcp::transport::common::client_side_sse::SseRetryPolicy as _;
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::confided::Confided;
use super::wire::retries::{self, Retries};
use super::{AuthFailure, SessionError, SessionNotice, failure};

/// So many tries in a row say that the server is away.
const BROKEN_FOR_GOOD: usize = 3;

/// Listens for as long as the server lets us, and takes a stream that broke up again. A server that
/// is away meanwhile is a session that was lost; what changed while nobody listened is looked up.
pub(super) async fn listen(
    peer: Peer<RoleClient>,
    notify: mpsc::UnboundedSender<SessionNotice>,
    confided: Confided,
) {
    let tell = |notice| {
        // Nobody listens any more when the session is being closed.
        let _ = notify.send(notice);
    };
    let (mut tries, mut failures) = (0, 0);
    let (mut had_one, mut is_deaf) = (false, false);
    loop {
        let filter = SubscriptionFilter::builder().tools_list_changed().build();
        match peer.listen(filter).await {
            Ok(mut changes) => {
                if is_deaf {
                    tell(SessionNotice::ListenedAgain);
                }
                (had_one, failures) = (true, 0);
                let since = Instant::now();
                while let Ok(Some(change)) = changes.next().await {
                    if matches!(change, ServerNotification::ToolListChangedNotification(_)) {
                        tell(SessionNotice::ToolsChanged);
                    }
                }
                if since.elapsed() > retries::wait(tries) {
                    tries = 0;
                }
            }
            // It was asked for, and is not to be had.
            Err(ServiceError::McpError(_)) if !had_one => return,
            Err(ServiceError::McpError(_)) => {}
            Err(error) => match failure::of_harmless(failure::of_request(error, &confided)) {
                // The token is waited for, and the stream with it.
                SessionError::Auth(AuthFailure::Unavailable { .. }) => {}
                error if !had_one => {
                    if !error.is_transient() || Retries.retry(tries).is_none() {
                        return;
                    }
                }
                error @ SessionError::Auth(_) => return tell(SessionNotice::Lost(error)),
                error => {
                    failures += 1;
                    if failures == BROKEN_FOR_GOOD {
                        return tell(SessionNotice::Lost(error));
                    }
                }
            },
        }
        is_deaf = true;
        tokio::time::sleep(retries::wait(tries)).await;
        tries += 1;
    }
}
