//! The person's browser: opens the page, and goes where it is sent.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use reqwest::{Client, Response, header::LOCATION, redirect::Policy};
use tokio::time::sleep;
use url::Url;

/// Some programs open the page first, and then begin to listen for its end.
const PATIENCE: Duration = Duration::from_secs(10);
const BETWEEN: Duration = Duration::from_millis(5);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let page = std::env::args().nth(1).context("which page?")?;
    let client = Client::builder().no_proxy().redirect(Policy::none());
    let http = client.build()?;
    let mut at = Url::parse(&page)?;
    loop {
        let shown = open(&http, &at).await?.error_for_status()?;
        let Some(next) = shown.headers().get(LOCATION) else {
            shown.bytes().await?;
            return Ok(());
        };
        at = at.join(next.to_str()?)?;
    }
}

async fn open(http: &Client, at: &Url) -> Result<Response> {
    let begin = Instant::now();
    loop {
        match http.get(at.clone()).send().await {
            Err(error) if error.is_connect() && begin.elapsed() < PATIENCE => sleep(BETWEEN).await,
            Err(error) => bail!(error),
            Ok(shown) => return Ok(shown),
        }
    }
}
