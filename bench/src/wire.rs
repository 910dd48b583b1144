//! Which requests a connect costs, counted at the sample servers.

use anyhow::Result;
use drawbridge_testkit::{Person, Sample, mcp::Eras};
use tokio::time::{Duration, sleep};

use crate::seat::Seat;

/// What an answer that nobody waits for may still cause.
const SETTLING: Duration = Duration::from_millis(500);

/// One expectation and what came.
#[derive(Debug)]
pub(crate) struct Count {
    pub(crate) what: &'static str,
    pub(crate) expected: Vec<&'static str>,
    pub(crate) seen: Vec<String>,
}

impl Count {
    fn new(what: &'static str, expected: &[&'static str], mut seen: Vec<String>) -> Self {
        let mut expected = expected.to_vec();
        // Some are on the way at once, so the order says nothing.
        expected.sort_unstable();
        seen.sort_unstable();
        Self {
            what,
            expected,
            seen,
        }
    }

    pub(crate) fn is_met(&self) -> bool {
        self.expected == self.seen
    }
}

const BEFORE_SIGN_IN: [&str; 4] = [
    "POST /mcp [initialize] → 401",
    "GET /.well-known/oauth-protected-resource/mcp → 200",
    "GET /.well-known/oauth-authorization-server → 200",
    "POST /register → 201",
];
const TOKEN: &str = "POST /token [authorization_code] → 200";
/// Eight tools on two pages, and the stream that tells of other ones.
const MODERN: [&str; 4] = [
    "POST /mcp [server/discover] → 200",
    "POST /mcp [subscriptions/listen] → 200",
    "POST /mcp [tools/list] → 200",
    "POST /mcp [tools/list] → 200",
];
const LEGACY: [&str; 5] = [
    "POST /mcp [initialize] → 200",
    "POST /mcp [notifications/initialized] → 202",
    "GET /mcp → 200",
    "POST /mcp [tools/list] → 200",
    "POST /mcp [tools/list] → 200",
];

/// Connects for the first time and starts again, with a server of each era.
pub(crate) async fn count() -> Result<Vec<Count>> {
    let [first, again] = connect(Eras::Discover).await?;
    let [legacy_first, legacy_again] = connect(Eras::Initialize).await?;
    let begin = [&BEFORE_SIGN_IN[..], &[TOKEN]].concat();
    let asked_first = ["POST /mcp [server/discover] → 400"];
    Ok(vec![
        Count::new("First connect", &[&begin[..], &MODERN].concat(), first),
        Count::new("Restart with a live token", &MODERN, again),
        Count::new(
            "First connect, server up to 2025-11-25",
            &[&begin[..], &asked_first, &LEGACY].concat(),
            legacy_first,
        ),
        Count::new(
            "Restart with a live token, server up to 2025-11-25",
            &LEGACY,
            legacy_again,
        ),
    ])
}

async fn connect(eras: Eras) -> Result<[Vec<String>; 2]> {
    let sample = Sample::builder().start().await?;
    sample.mcp.behave(|behaviour| behaviour.eras = eras);
    let mut seat = Seat::new().await?;
    let page = seat.connect(&sample).await?;
    let mut first = sample.journal_lines();
    let callback = Person::ada().follow(page.url.as_str()).await?;
    // The browser's own requests are the person's, not ours.
    sample.clear_journal();
    seat.engine.receive_callback(&callback).await?;
    seat.connected().await?;
    sleep(SETTLING).await;
    first.extend(sample.journal_lines());

    seat.engine.shutdown().await;
    sample.clear_journal();
    let mut seat = seat.restart().await?;
    seat.connected().await?;
    sleep(SETTLING).await;
    let again = sample.journal_lines();
    seat.engine.shutdown().await;
    Ok([first, again])
}
