//! The person's browser: opens the page, and goes where it is sent.

use anyhow::{Context as _, Result};
use reqwest::Client;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let page = std::env::args().nth(1).context("which page?")?;
    let http = Client::builder().no_proxy().build()?;
    let shown = http.get(page).send().await?;
    shown.error_for_status()?.bytes().await?;
    Ok(())
}
