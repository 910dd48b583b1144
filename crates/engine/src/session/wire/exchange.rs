//! One request and its answer, with the right credentials, and no more tries than that takes.

use std::sync::Arc;

use drawbridge_oauth::{AccessToken, McpAnswer, bearer};
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use reqwest::{Request, Response};
use zeroize::Zeroizing;

use super::{Extra, Wire, WireError};
use crate::session::AuthFailure;

const SESSION: HeaderName = HeaderName::from_static("mcp-session-id");
const LAST_EVENT: HeaderName = HeaderName::from_static("last-event-id");
const ACCEPTED: HeaderValue = HeaderValue::from_static("application/json, text/event-stream");
/// With the token that was known; with one that somebody had stored meanwhile, which may be as old;
/// with one that was got for this.
const MOST_TRIES: usize = 3;
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// The headers that belong to one request.
#[derive(Clone)]
pub(super) struct Own {
    /// What `rmcp` adds, such as the protocol version.
    pub(super) extra: Extra,
    /// The session it belongs to.
    pub(super) session: Option<Arc<str>>,
    /// Where a stream is taken up again.
    pub(super) last_event: Option<String>,
}

impl Wire {
    /// Sends a request. After a 401 or 403 the keeper of the grant decides: it gives a newer token
    /// for another try, or says why there is none. No loops, whatever the server does (rule G6).
    pub(super) async fn exchange(
        &self,
        method: Method,
        own: Own,
        body: Option<Vec<u8>>,
    ) -> Result<Response, WireError> {
        let headers = self.headers(own)?;
        let tokens = &self.0.tokens;
        let mut token = if self.0.own_authorization {
            None
        } else {
            tokens.token().await.map_err(WireError::Auth)?
        };
        let mut tries = 0;
        loop {
            tries += 1;
            let request = self.request(&method, &headers, body.as_ref(), token.as_ref())?;
            let McpAnswer {
                response,
                bare_since,
            } = self.0.http.exchange(request).await?;
            let status = response.status();
            if !matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
                if let Some(token) = token.filter(|_| status.is_success() && bare_since.is_none()) {
                    tokens.accepted(&token);
                }
                return Ok(response);
            }
            // It never saw the credentials, and says nothing about them.
            if let Some(other) = bare_since {
                return Err(WireError::elsewhere(&self.0.url, &other));
            }
            let status = status.as_u16();
            if self.0.own_authorization {
                return Err(WireError::Auth(AuthFailure::Refused { status }));
            }
            let newer = tokens
                .rejected(token.as_ref(), status, bearer(response.headers()))
                .await
                .map_err(WireError::Auth)?;
            if tries == MOST_TRIES {
                return Err(WireError::Auth(AuthFailure::Refused { status }));
            }
            token = Some(newer);
        }
    }

    /// Ends the session at the server, as far as it lets us.
    pub(super) async fn say_goodbye(&self, own: Own) -> Result<(), WireError> {
        let token = if self.0.own_authorization {
            None
        } else {
            // Without a token it may still be heard.
            self.0.tokens.token().await.unwrap_or_default()
        };
        let headers = self.headers(own)?;
        let request = self.request(&Method::DELETE, &headers, None, token.as_ref())?;
        let status = self.0.http.exchange(request).await?.response.status();
        tracing::debug!(status = status.as_u16(), "a session was ended");
        Ok(())
    }

    /// Each field once, whatever the case it was written in; ours win over the person's.
    fn headers(&self, own: Own) -> Result<HeaderMap, WireError> {
        let value = |text: &str| {
            HeaderValue::from_str(text)
                .map_err(|_| WireError::Unexpected("an id that no header can hold"))
        };
        let mut headers = self.0.headers.clone();
        headers.extend(own.extra);
        headers.insert(ACCEPT, ACCEPTED);
        if let Some(session) = own.session {
            let mut session = value(&session)?;
            session.set_sensitive(true);
            headers.insert(SESSION, session);
        }
        if let Some(last_event) = own.last_event {
            headers.insert(LAST_EVENT, value(&last_event)?);
        }
        Ok(headers)
    }

    fn request(
        &self,
        method: &Method,
        headers: &HeaderMap,
        body: Option<&Vec<u8>>,
        token: Option<&AccessToken>,
    ) -> Result<Request, WireError> {
        let mut request = Request::new(method.clone(), self.0.url.clone());
        request.headers_mut().clone_from(headers);
        if let Some(body) = body {
            request.headers_mut().insert(CONTENT_TYPE, JSON);
            *request.body_mut() = Some(body.clone().into());
        }
        if let Some(token) = token {
            self.0.confided.note(token);
            let text = Zeroizing::new(format!("Bearer {}", token.expose()));
            let mut value = HeaderValue::from_str(&text)
                .map_err(|_| WireError::Unexpected("an access token that no header can hold"))?;
            value.set_sensitive(true);
            // `insert`, not `append`: it is there exactly once (rule N6).
            request.headers_mut().insert(AUTHORIZATION, value);
        }
        Ok(request)
    }
}
