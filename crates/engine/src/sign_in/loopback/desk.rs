//! Answers one request to the listener: a callback, or something else.

use std::sync::Arc;

use drawbridge_oauth::RedirectUri;
use http::{Method, Request, Response};
use http_body_util::Full;
use hyper::body::Bytes;
use sha2::{Digest, Sha256};
use tokio::sync::Mutex;

use super::language::Language;
use super::page::Page;
use crate::core::Core;
use crate::error::Error;
use crate::sign_in::complete::receive_callback;

pub(super) struct Desk {
    core: Arc<Core>,
    redirect: RedirectUri,
    path: String,
    /// The digest of the query that was taken, so that a reload of its page is not a stranger.
    taken: Arc<Mutex<Option<[u8; 32]>>>,
}

impl Desk {
    pub(super) fn new(core: Arc<Core>, redirect: RedirectUri, path: String) -> Self {
        Self {
            core,
            redirect,
            path,
            taken: Arc::default(),
        }
    }

    pub(super) async fn answer<B>(&self, request: &Request<B>) -> Response<Full<Bytes>> {
        let uri = request.uri();
        let page = if uri.path() != self.path {
            Page::Nowhere
        } else if request.method() != Method::GET {
            // Some look first with HEAD: that must not use up the answer.
            Page::NotAsked
        } else {
            self.callback(uri.query().unwrap_or_default()).await
        };
        page.response(Language::of(request.headers()))
    }

    /// None of these ends the attempt, whoever knocks: only its own `state` does.
    async fn callback(&self, query: &str) -> Page {
        let digest: [u8; 32] = Sha256::digest(query).into();
        // One at a time, so that the second of two equal ones finds the first.
        let mut taken = self.taken.clone().lock_owned().await;
        if *taken == Some(digest) {
            return Page::Done;
        }
        let url = format!("{}?{query}", self.redirect);
        // A browser that goes away must not take the answer along: it is used up by then.
        let receiving = self.core.tasks.spawn({
            let core = self.core.clone();
            async move {
                let received = receive_callback(&core, &url).await;
                if received.is_ok() {
                    *taken = Some(digest);
                }
                received
            }
        });
        let Ok(received) = receiving.await else {
            return Page::Trouble;
        };
        match received {
            Ok(_) => Page::Done,
            Err(Error::UnknownCallback) => Page::Stranger,
            Err(Error::OAuth(_)) => Page::NoAnswer,
            Err(error) => {
                tracing::error!(%error, "an answer to a sign-in could not be taken");
                Page::Trouble
            }
        }
    }
}
