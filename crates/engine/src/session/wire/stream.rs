//! The stream on which a server speaks first (Streamable HTTP, "Listening for Messages").

use std::sync::atomic::Ordering::Relaxed;

use http::{Method, StatusCode};
use rmcp::transport::streamable_http_client::{AuthRequiredError, StreamableHttpError};

use super::answer::{Media, media};
use super::exchange::Own;
use super::{Events, Failure, Wire, WireError, body};
use crate::session::{AuthFailure, SessionError, SessionNotice};

/// So many tries in a row say that the server is away.
const BROKEN_FOR_GOOD: u32 = 3;

impl Wire {
    /// Opens the stream, or takes it up again. Servers need not have one; but one that had, and
    /// has none any more, is a session that was lost.
    pub(super) async fn open_stream(&self, own: Own, limit: usize) -> Result<Events, Failure> {
        let had_one = self.0.has_streamed.load(Relaxed);
        let response = match self.exchange(Method::GET, own, None).await {
            Ok(response) => response,
            Err(WireError::Auth(failure)) => return Err(self.shut_out(failure, had_one)),
            Err(error) => return Err(self.broken(error, had_one)),
        };
        match response.status() {
            status if status.is_success() && media(&response) == Media::Events => {
                self.0.has_streamed.store(true, Relaxed);
                if self.0.broken_streams.swap(0, Relaxed) > 0 {
                    // Nobody listened while the server was away.
                    let _ = self.0.notify.send(SessionNotice::ToolsChanged);
                }
                Ok(body::events(response, limit))
            }
            StatusCode::NOT_FOUND if had_one => {
                self.lost(SessionError::Lost);
                Err(StreamableHttpError::ServerDoesNotSupportSse)
            }
            status if status.is_success() || status.is_client_error() => {
                Err(StreamableHttpError::ServerDoesNotSupportSse)
            }
            _ => Err(self.broken(WireError::status(&response), had_one)),
        }
    }

    fn shut_out(&self, failure: AuthFailure, had_one: bool) -> Failure {
        if had_one && !matches!(failure, AuthFailure::Unavailable { .. }) {
            self.lost(failure.into());
        }
        // The one error after which `rmcp` stops; it carries nothing of the challenge.
        StreamableHttpError::AuthRequired(AuthRequiredError::new(String::new()))
    }

    fn broken(&self, error: WireError, had_one: bool) -> Failure {
        let times = self.0.broken_streams.fetch_add(1, Relaxed) + 1;
        if had_one && times == BROKEN_FOR_GOOD {
            self.lost(match error.clone() {
                WireError::Broken => SessionError::Unreachable("the connection breaks".into()),
                error => error.into(),
            });
        }
        StreamableHttpError::Client(error)
    }

    fn lost(&self, error: SessionError) {
        // Nobody listens any more when the session is being closed.
        let _ = self.0.notify.send(SessionNotice::Lost(error));
    }
}
