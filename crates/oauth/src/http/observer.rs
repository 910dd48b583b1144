//! Who is told what is asked and answered: never more than method, place and status.

use std::fmt::Debug;

use http::Method;
use url::Url;

use crate::endpoint::shown;

/// Somebody who wants to know of requests. It is told no query, no header and no body.
pub trait Observer: Debug + Send + Sync {
    /// Whether it still wants to know; a client that is kept for long outlives what it was made for.
    fn wants(&self) -> bool;

    /// A request to `place` (origin and path) goes out; what it answers is given the status. It is
    /// dropped without one where there is no answer.
    fn asked(&self, method: &Method, place: String) -> Box<dyn Answered>;
}

/// A request that is on its way.
pub trait Answered: Send {
    /// The answer has come.
    fn answered(self: Box<Self>, status: u16);
}

/// A request that somebody may look at.
pub(super) struct Watched(Option<Box<dyn Answered>>);

impl Watched {
    pub(super) fn new(observer: Option<&dyn Observer>, method: &Method, url: &Url) -> Self {
        let observer = observer.filter(|observer| observer.wants());
        Self(observer.map(|observer| observer.asked(method, shown(url))))
    }

    pub(super) fn answered(self, response: &reqwest::Response) {
        if let Some(answered) = self.0 {
            answered.answered(response.status().as_u16());
        }
    }
}
