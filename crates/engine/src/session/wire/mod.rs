//! Every HTTP exchange of a session: `rmcp` says what to send, this says how.
//!
//! `rmcp`'s own client shows of a refusal the first `WWW-Authenticate` line only, and knows one
//! token for the life of a session. Hence one of our own (rules D5, N1, N6).

mod answer;
pub(super) mod body;
mod brake;
pub(super) mod decoder;
mod error;
mod exchange;
mod first;
mod message;
mod opening;
pub(super) mod retries;
mod stream;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use drawbridge_oauth::Http;
use futures::stream::BoxStream;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use rmcp::model::{ClientJsonRpcMessage, ClientRequest};
use rmcp::transport::streamable_http_client::{
    SseError, StreamableHttpClient, StreamableHttpError, StreamableHttpPostResponse,
    StreamableHttpResponseLimits,
};
use sse_stream::Sse;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use url::Url;

use self::brake::Brake;
pub(super) use self::error::{WireError, refuses};
use self::exchange::Own;
pub(super) use self::opening::Opening;
use super::confided::Confided;
use super::{Era, SessionNotice, SessionOptions, TokenSource};
use crate::core::lock;

/// How long an unknown server may think about `server/discover`: some old ones never answer.
const DISCOVERY_LIMIT: Duration = Duration::from_secs(4);

type Failure = StreamableHttpError<WireError>;
type Events = BoxStream<'static, Result<Sse, SseError>>;
type Extra = HashMap<HeaderName, HeaderValue>;

/// One server's wire; a clone is the same one.
#[derive(Clone)]
pub(super) struct Wire(Arc<Inner>);

struct Inner {
    url: Url,
    http: Http,
    /// What the person configured.
    headers: HeaderMap,
    /// The person configured an `Authorization`, so no token is ever sent (rule D2).
    own_authorization: bool,
    tokens: Arc<dyn TokenSource>,
    confided: Confided,
    notify: mpsc::UnboundedSender<SessionNotice>,
    last: Mutex<Option<WireError>>,
    /// It knew `server/discover` the last time.
    is_modern: bool,
    /// It did not answer that in time.
    was_silent: AtomicBool,
    /// Nobody waits for it to open any more.
    given_up: CancellationToken,
    /// What the server calls the session that is being opened.
    begun: Mutex<Option<Arc<str>>>,
    /// The server has answered about its tools.
    has_answered: AtomicBool,
    /// The server has once opened a stream of its own.
    has_streamed: AtomicBool,
    /// So many tries in a row to get such a stream back have failed.
    broken_streams: AtomicU32,
    /// The last event on that stream that has an id.
    last_event: Mutex<Option<String>>,
    brake: Brake,
}

impl Wire {
    pub(super) fn new(options: &SessionOptions) -> Self {
        let mut headers = HeaderMap::new();
        for (name, value) in &options.headers {
            let mut value = value.clone();
            value.set_sensitive(true);
            headers.insert(name, value);
        }
        Self(Arc::new(Inner {
            url: options.url.clone(),
            http: options.http.clone(),
            own_authorization: headers.contains_key(AUTHORIZATION),
            confided: Confided::of(&headers),
            headers,
            tokens: options.tokens.clone(),
            notify: options.notify.clone(),
            last: Mutex::default(),
            is_modern: options.era == Some(Era::Modern),
            was_silent: AtomicBool::new(false),
            given_up: CancellationToken::new(),
            begun: Mutex::default(),
            has_answered: AtomicBool::new(false),
            has_streamed: AtomicBool::new(false),
            broken_streams: AtomicU32::new(0),
            last_event: Mutex::default(),
            brake: Brake::default(),
        }))
    }

    /// What the server must not be quoted with.
    pub(super) fn confided(&self) -> &Confided {
        &self.0.confided
    }

    /// The last exchange that failed.
    pub(super) fn last_failure(&self) -> Option<WireError> {
        lock(&self.0.last).clone()
    }

    fn failed(&self, error: WireError) -> Failure {
        *lock(&self.0.last) = Some(error.clone());
        StreamableHttpError::Client(error)
    }

    /// Whether the server did not say in time how it speaks.
    pub(super) fn was_silent(&self) -> bool {
        self.0.was_silent.load(Relaxed)
    }

    /// The token of the first request, so that the server is given all the time that it may take.
    pub(super) async fn get_token(&self) -> Result<(), WireError> {
        if !self.0.own_authorization {
            self.0.tokens.token().await.map_err(WireError::Auth)?;
        }
        Ok(())
    }

    /// Sends a message, unless the session is given up before it is open: `rmcp` would wait for ever.
    async fn post(
        &self,
        message: &ClientJsonRpcMessage,
        session: Option<Arc<str>>,
        extra: Extra,
        limits: StreamableHttpResponseLimits,
    ) -> Result<StreamableHttpPostResponse, Failure> {
        let posted = self.send(message, session, extra, limits);
        let posted = self.0.given_up.run_until_cancelled(posted).await;
        posted.unwrap_or(Err(StreamableHttpError::Client(WireError::Broken)))
    }

    async fn send(
        &self,
        message: &ClientJsonRpcMessage,
        session: Option<Arc<str>>,
        extra: Extra,
        limits: StreamableHttpResponseLimits,
    ) -> Result<StreamableHttpPostResponse, Failure> {
        let in_session = session.is_some();
        let body = serde_json::to_vec(message)?;
        let own = Own {
            extra,
            session,
            last_event: None,
        };
        let response = self
            .exchange(Method::POST, own, Some(body))
            .await
            .map_err(|error| self.failed(error))?;
        let has_answered = self.0.has_answered.load(Relaxed);
        let confided = &self.0.confided;
        let answered = answer::of_post(
            response,
            message,
            in_session,
            has_answered,
            confided,
            limits,
        )
        .await;
        if answer::uses_tools(message) && answered.as_ref().is_ok_and(answer::is_good) {
            self.0.has_answered.store(true, Relaxed);
        }
        let answered = match answered {
            Ok(answered) if begins(message) => answer::of_beginning(self.begun(answered)).await,
            answered => answered,
        };
        match answered {
            Err(StreamableHttpError::Client(error)) => Err(self.failed(error)),
            answered => answered,
        }
    }

    /// Asks a server how it speaks. Of an unknown one silence means *in the old way*, and nonsense of any.
    async fn discover(
        &self,
        message: &ClientJsonRpcMessage,
        extra: Extra,
        limits: StreamableHttpResponseLimits,
    ) -> Result<StreamableHttpPostResponse, Failure> {
        let asked = async {
            let response = self.post(message, None, extra, limits).await?;
            answer::complete(response, message).await
        };
        let answered = if self.0.is_modern {
            asked.await
        } else if let Ok(answered) = tokio::time::timeout(DISCOVERY_LIMIT, asked).await {
            answered
        } else {
            self.0.was_silent.store(true, Relaxed);
            return Ok(answer::speaks_the_old_way(message));
        };
        match answered {
            Err(StreamableHttpError::Client(WireError::Status { status, .. }))
                if refuses(status) =>
            {
                // It says nothing of how the server takes what comes next.
                lock(&self.0.last).take();
                Ok(answer::speaks_the_old_way(message))
            }
            Ok(answered) => Ok(answer::of_discovery(answered, message)),
            failed => failed,
        }
    }
}

fn begins(message: &ClientJsonRpcMessage) -> bool {
    matches!(
        message,
        ClientJsonRpcMessage::Request(asked)
            if matches!(asked.request, ClientRequest::InitializeRequest(_))
    )
}

impl StreamableHttpClient for Wire {
    type Error = WireError;

    async fn post_message(
        &self,
        uri: Arc<str>,
        message: ClientJsonRpcMessage,
        session_id: Option<Arc<str>>,
        auth_header: Option<String>,
        custom_headers: Extra,
    ) -> Result<StreamableHttpPostResponse, Failure> {
        let limits = StreamableHttpResponseLimits::default();
        self.post_message_with_response_limits(
            uri,
            message,
            session_id,
            auth_header,
            custom_headers,
            limits,
        )
        .await
    }

    async fn post_message_with_response_limits(
        &self,
        _uri: Arc<str>,
        message: ClientJsonRpcMessage,
        session_id: Option<Arc<str>>,
        _auth_header: Option<String>,
        custom_headers: Extra,
        limits: StreamableHttpResponseLimits,
    ) -> Result<StreamableHttpPostResponse, Failure> {
        let discovers = matches!(
            &message,
            ClientJsonRpcMessage::Request(asked)
                if matches!(asked.request, ClientRequest::DiscoverRequest(_))
        );
        if discovers {
            self.discover(&message, custom_headers, limits).await
        } else {
            self.post(&message, session_id, custom_headers, limits)
                .await
        }
    }

    async fn delete_session(
        &self,
        _uri: Arc<str>,
        session_id: Arc<str>,
        _auth_header: Option<String>,
        custom_headers: Extra,
    ) -> Result<(), Failure> {
        let own = Own {
            extra: custom_headers,
            session: Some(session_id),
            last_event: None,
        };
        self.say_goodbye(own)
            .await
            .map_err(StreamableHttpError::Client)
    }

    async fn get_stream(
        &self,
        uri: Arc<str>,
        session_id: Option<Arc<str>>,
        last_event_id: Option<String>,
        auth_header: Option<String>,
        custom_headers: Extra,
    ) -> Result<Events, Failure> {
        let limit = StreamableHttpResponseLimits::default().max_sse_event_size;
        self.get_stream_with_max_sse_event_size(
            uri,
            session_id,
            last_event_id,
            auth_header,
            custom_headers,
            limit,
        )
        .await
    }

    async fn get_stream_with_max_sse_event_size(
        &self,
        _uri: Arc<str>,
        session_id: Option<Arc<str>>,
        last_event_id: Option<String>,
        _auth_header: Option<String>,
        custom_headers: Extra,
        max_sse_event_size: usize,
    ) -> Result<Events, Failure> {
        let own = Own {
            extra: custom_headers,
            session: session_id,
            last_event: last_event_id,
        };
        self.open_stream(own, max_sse_event_size).await
    }
}
