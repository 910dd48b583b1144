//! The connections of a listener. Some are browsers; others hang, talk nonsense or come in crowds.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::task::{AbortHandle, JoinSet};
use tokio_util::sync::CancellationToken;

use super::desk::Desk;

/// How many are attended to at once. With more, the oldest has to go: a crowd that only holds its
/// connections must not keep the browser out.
const MOST: usize = 64;
/// How long a whole visit may take.
const VISIT: Duration = Duration::from_secs(15);
/// How long the first line and the headers may take.
const HEADERS: Duration = Duration::from_secs(5);
/// How long a page that is on its way may take once the attempt is over.
const FAREWELL: Duration = Duration::from_secs(2);
/// Room for a request; the longest callback that is read is half as long.
const REQUEST: usize = 128 * 1024;

pub(super) struct Visitors {
    desk: Arc<Desk>,
    stop: CancellationToken,
    visits: JoinSet<()>,
    by_age: VecDeque<AbortHandle>,
}

impl Visitors {
    pub(super) fn new(desk: Desk, stop: CancellationToken) -> Self {
        Self {
            desk: Arc::new(desk),
            stop,
            visits: JoinSet::new(),
            by_age: VecDeque::new(),
        }
    }

    /// Attends to one more.
    pub(super) fn admit(&mut self, stream: TcpStream) {
        while self.visits.try_join_next().is_some() {}
        self.by_age.retain(|visit| !visit.is_finished());
        if self.by_age.len() >= MOST
            && let Some(oldest) = self.by_age.pop_front()
        {
            oldest.abort();
        }
        let visit = attend(stream, self.desk.clone(), self.stop.clone());
        self.by_age.push_back(self.visits.spawn(visit));
    }

    /// Lets pages that are on their way arrive.
    pub(super) async fn see_off(mut self) {
        let all_gone = async { while self.visits.join_next().await.is_some() {} };
        // What is left then is dropped with the set.
        let _ = tokio::time::timeout(FAREWELL, all_gone).await;
    }
}

async fn attend(stream: TcpStream, desk: Arc<Desk>, stop: CancellationToken) {
    let service = service_fn(|request: Request<Incoming>| {
        let desk = desk.clone();
        async move { Ok::<Response<Full<Bytes>>, Infallible>(desk.answer(&request).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS)
        .keep_alive(false)
        .max_buf_size(REQUEST)
        .serve_connection(TokioIo::new(stream), service);
    let visit = async {
        tokio::pin!(connection);
        tokio::select! {
            ended = connection.as_mut() => return ended,
            () = stop.cancelled() => connection.as_mut().graceful_shutdown(),
        }
        connection.await
    };
    match tokio::time::timeout(VISIT, visit).await {
        Ok(Ok(())) => {}
        // Its text may repeat the request: only that it happened.
        Ok(Err(_)) => tracing::debug!("a visitor of the sign-in listener made no sense"),
        Err(_) => tracing::debug!("a visitor of the sign-in listener took too long"),
    }
}
