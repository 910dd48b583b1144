//! A session on its way, and what is left of one that is given up before it is open.

use std::sync::PoisonError;

use futures::StreamExt as _;
use rmcp::transport::streamable_http_client::StreamableHttpPostResponse;
use tokio::runtime::Handle;

use super::exchange::Own;
use super::{Extra, Wire};
use crate::session::CLOSE_LIMIT;

/// Gives the session up when it is dropped, unless that is open by then: `rmcp` lets nothing end that is
/// under way, and ends no session at the server that was not open.
pub(in crate::session) struct Opening(Option<Wire>);

impl Opening {
    pub(in crate::session) fn of(wire: &Wire) -> Self {
        Self(Some(wire.clone()))
    }

    pub(in crate::session) fn done(mut self) {
        self.0.take();
    }
}

impl Drop for Opening {
    fn drop(&mut self) {
        let Some(wire) = self.0.take() else { return };
        wire.0.given_up.cancel();
        let begun = wire.0.begun.lock();
        let begun = begun.unwrap_or_else(PoisonError::into_inner).take();
        if let (Some(session), Ok(runtime)) = (begun, Handle::try_current()) {
            runtime.spawn(async move {
                let own = Own {
                    extra: Extra::default(),
                    session: Some(session),
                    last_event: None,
                };
                let _ = tokio::time::timeout(CLOSE_LIMIT, wire.say_goodbye(own)).await;
            });
        }
    }
}

impl Wire {
    /// The server has begun a session: its stream ends, too, when that is given up.
    pub(super) fn begun(&self, answered: StreamableHttpPostResponse) -> StreamableHttpPostResponse {
        let answered = match answered {
            StreamableHttpPostResponse::Sse(events, session) => {
                let given_up = self.0.given_up.clone().cancelled_owned();
                StreamableHttpPostResponse::Sse(events.take_until(given_up).boxed(), session)
            }
            answered => answered,
        };
        if let StreamableHttpPostResponse::Sse(_, session)
        | StreamableHttpPostResponse::Json(_, session) = &answered
        {
            let mut begun = self.0.begun.lock().unwrap_or_else(PoisonError::into_inner);
            *begun = session.as_deref().map(Into::into);
        }
        answered
    }
}
