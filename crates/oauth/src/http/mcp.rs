//! Requests to MCP servers: no deadline, because answers may stream, and redirects that give nothing
//! away.

use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderName, Method};
use reqwest::{Request, Response};
use thiserror::Error as ThisError;
use url::Url;

use super::{Http, MOST_REDIRECTS, innermost, names, redirect_target};
use crate::Error;
use crate::endpoint::shown;

/// What may be known at another origin: how the message is written. Everything else may be a
/// credential: the token, the person's own headers, the session, where a stream is taken up.
const TOLD_ELSEWHERE: [HeaderName; 5] = [
    ACCEPT,
    CONTENT_TYPE,
    HeaderName::from_static("mcp-protocol-version"),
    HeaderName::from_static("mcp-method"),
    HeaderName::from_static("mcp-name"),
];

/// Why there is no answer from an MCP server.
#[derive(Debug, ThisError)]
#[non_exhaustive]
pub enum McpError {
    /// It was not sent, or was only passed on to where it is not sent: nothing was run.
    #[error(transparent)]
    Refused(#[from] Error),
    /// No connection came about: nothing was run.
    #[error("{0}")]
    Unreachable(String),
    /// The connection broke on the way.
    #[error("the connection broke")]
    Broken,
}

/// What an MCP server answers.
#[derive(Debug)]
pub struct McpAnswer {
    /// Its head; the body is yet to be read.
    pub response: Response,
    /// Where the request was first passed on to at another origin, and lost its credentials: whoever
    /// answered has not seen them.
    pub bare_since: Option<Url>,
}

impl Http {
    /// Sends a request to an MCP server and answers with the head of what comes back.
    ///
    /// It follows at most five redirects, never to plain http unless that stays on this computer.
    /// Method and body go along, as with 307 and 308: a JSON-RPC message cannot become a GET. At
    /// the same origin the headers stay; another one gets the message without any credential, nor
    /// do they come back on the way back. A 303 is no redirect of a message, but an answer.
    pub async fn exchange(&self, mut request: Request) -> Result<McpAnswer, McpError> {
        let mut bare_since = None;
        for _ in 0..=MOST_REDIRECTS {
            self.admit(request.url())?;
            let url = request.url().clone();
            let again = request.try_clone();
            let watched = self.watch(request.method(), &url);
            let response = self
                .client(&url)
                .await?
                .execute(request)
                .await
                .map_err(|error| failed(&url, &error))?;
            watched.answered(&response);
            let passed_on = response.status().as_u16() != 303 || response_to_get(again.as_ref());
            let (Some(next), Some(mut again), true) =
                (redirect_target(&url, &response), again, passed_on)
            else {
                return Ok(McpAnswer {
                    response,
                    bare_since,
                });
            };
            if next.origin() != url.origin() {
                let told = |name: &HeaderName| TOLD_ELSEWHERE.contains(name);
                let secret: Vec<_> = again
                    .headers()
                    .keys()
                    .filter(|name| !told(name))
                    .cloned()
                    .collect();
                for name in secret {
                    again.headers_mut().remove(name);
                }
                bare_since.get_or_insert_with(|| next.clone());
            }
            *again.url_mut() = next;
            request = again;
        }
        Err(McpError::Refused(Error::Redirected {
            url: shown(request.url()),
            to: "itself".to_owned(),
        }))
    }
}

fn response_to_get(request: Option<&Request>) -> bool {
    request.is_some_and(|request| request.method() == Method::GET)
}

fn failed(url: &Url, error: &reqwest::Error) -> McpError {
    if names::leads_to_private(error) {
        return Error::PrivateAddress { url: shown(url) }.into();
    }
    if error.is_connect() || error.is_builder() {
        return McpError::Unreachable(innermost(error));
    }
    McpError::Broken
}
