//! The stream on which a server speaks first (Streamable HTTP, "Listening for Messages").

use std::sync::atomic::Ordering::Relaxed;

use futures::StreamExt as _;
use http::{Method, StatusCode};
use reqwest::Response;
use rmcp::transport::common::client_side_sse::SseRetryPolicy as _;
use rmcp::transport::streamable_http_client::{AuthRequiredError, StreamableHttpError};
use sse_stream::Sse;

use super::answer::{Media, media};
use super::exchange::Own;
use super::retries::{self, Retries};
use super::{Events, Failure, Wire, WireError, body};
use crate::core::lock;
use crate::session::error::passes;
use crate::session::{AuthFailure, SessionError, SessionNotice};

/// So many tries in a row say that the server is away.
const BROKEN_FOR_GOOD: u32 = 3;

impl Wire {
    /// Opens the stream, or takes it up again. `rmcp` asks again where there was one, and never for the
    /// first one, or for one whose token has to be waited for.
    pub(super) async fn open_stream(&self, own: Own, limit: usize) -> Result<Events, Failure> {
        if own.last_event.is_some() && own.last_event != *lock(&self.0.last_event) {
            return self.take_up(own, limit).await;
        }
        self.0.brake.hold().await;
        let mut tries = 0;
        loop {
            let had_one = self.0.has_streamed.load(Relaxed);
            let opened = self.open_once(own.clone(), limit, had_one).await;
            let wait = match &opened {
                Err(StreamableHttpError::Client(WireError::Auth(_))) => Some(retries::wait(tries)),
                Err(StreamableHttpError::Client(_)) if !had_one => Retries.retry(tries),
                _ => None,
            };
            let Some(wait) = wait else { return opened };
            tries += 1;
            tokio::time::sleep(wait).await;
        }
    }

    /// Servers need not have such a stream; but one that had, and does not know the session any more, is
    /// a session that was lost.
    async fn open_once(&self, own: Own, limit: usize, had_one: bool) -> Result<Events, Failure> {
        let response = match self.exchange(Method::GET, own, None).await {
            Ok(response) => response,
            Err(WireError::Auth(failure)) => return Err(self.shut_out(failure, had_one)),
            Err(error) => return Err(self.broken(error, had_one)),
        };
        match response.status() {
            status if status.is_success() && media(&response) == Media::Events => {
                self.0.has_streamed.store(true, Relaxed);
                let was_broken = self.0.broken_streams.swap(0, Relaxed) > 0;
                if had_one || was_broken {
                    let _ = self.0.notify.send(SessionNotice::ListenedAgain);
                }
                Ok(self.0.brake.watch(self.remembered(response, limit)))
            }
            StatusCode::BAD_REQUEST | StatusCode::NOT_FOUND if had_one => {
                self.lost(SessionError::Lost);
                Err(StreamableHttpError::ServerDoesNotSupportSse)
            }
            StatusCode::METHOD_NOT_ALLOWED | StatusCode::NOT_IMPLEMENTED => {
                Err(StreamableHttpError::ServerDoesNotSupportSse)
            }
            // One may still be open at the server (409), or too many (429).
            status if had_one || passes(status.as_u16()) => {
                Err(self.broken(WireError::status(&response), had_one))
            }
            _ => Err(StreamableHttpError::ServerDoesNotSupportSse),
        }
    }

    /// Takes the stream of a request up again, which says nothing of the server's own.
    async fn take_up(&self, own: Own, limit: usize) -> Result<Events, Failure> {
        let mut tries = 0;
        loop {
            let response = match self.exchange(Method::GET, own.clone(), None).await {
                Err(WireError::Auth(AuthFailure::Unavailable { .. })) => {
                    tokio::time::sleep(retries::wait(tries)).await;
                    tries += 1;
                    continue;
                }
                Err(WireError::Auth(failure)) => return Err(self.shut_out(failure, false)),
                response => response.map_err(StreamableHttpError::Client)?,
            };
            let status = response.status();
            return if status.is_success() && media(&response) == Media::Events {
                Ok(body::events(response, limit, None))
            } else if passes(status.as_u16()) {
                Err(StreamableHttpError::Client(WireError::status(&response)))
            } else {
                Err(StreamableHttpError::ServerDoesNotSupportSse)
            };
        }
    }

    /// The server's own stream, so that it is known when it is taken up again.
    fn remembered(&self, response: Response, limit: usize) -> Events {
        let wire = self.clone();
        body::events(response, limit, None)
            .inspect(move |event| {
                if let Ok(Sse { id: Some(id), .. }) = event {
                    *lock(&wire.0.last_event) = Some(id.clone());
                }
            })
            .boxed()
    }

    fn shut_out(&self, failure: AuthFailure, had_one: bool) -> Failure {
        if matches!(failure, AuthFailure::Unavailable { .. }) {
            return StreamableHttpError::Client(WireError::Auth(failure));
        }
        if had_one {
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
