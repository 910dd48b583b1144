//! The requests that belong to a step.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use drawbridge_oauth::{Answered, Observer};
use http::Method;
use tokio::time::Instant;

use crate::core::lock;
use crate::view::Exchange;

/// More than a step makes, whatever a server does.
const MOST: usize = 24;

/// Sees requests until it is closed; a session keeps its client for longer than its first steps.
#[derive(Debug, Clone, Default)]
pub(crate) struct Exchanges(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    closed: AtomicBool,
    seen: Mutex<Vec<Exchange>>,
}

impl Exchanges {
    /// What was seen since the last time.
    pub(super) fn take(&self) -> Vec<Exchange> {
        std::mem::take(&mut *lock(&self.0.seen))
    }

    /// Nobody looks any more.
    pub(crate) fn close(&self) {
        self.0.closed.store(true, Relaxed);
    }

    /// As the client wants it.
    pub(super) fn observer(&self) -> Arc<dyn Observer> {
        Arc::new(self.clone())
    }
}

impl Shared {
    fn note(&self, exchange: Exchange) {
        let mut seen = lock(&self.seen);
        if seen.len() < MOST {
            seen.push(exchange);
        }
    }
}

impl Observer for Exchanges {
    fn wants(&self) -> bool {
        !self.0.closed.load(Relaxed)
    }

    fn asked(&self, method: &Method, place: String) -> Box<dyn Answered> {
        Box::new(Pending {
            whose: self.0.clone(),
            method: method.to_string(),
            place,
            since: Instant::now(),
            status: None,
        })
    }
}

/// A request; noted when it is over, however it ends.
struct Pending {
    whose: Arc<Shared>,
    method: String,
    place: String,
    since: Instant,
    status: Option<u16>,
}

impl Answered for Pending {
    fn answered(mut self: Box<Self>, status: u16) {
        self.status = Some(status);
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        self.whose.note(Exchange {
            method: std::mem::take(&mut self.method),
            place: std::mem::take(&mut self.place),
            status: self.status,
            took: millis(self.since),
        });
    }
}

/// How long ago that was.
pub(super) fn millis(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}
