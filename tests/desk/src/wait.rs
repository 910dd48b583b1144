//! Waiting for what cannot call back.

use std::time::Duration;

use anyhow::{Result, bail};
use tokio::time::{Instant, sleep};

const AGAIN: Duration = Duration::from_millis(20);

/// Looks again and again until `look` finds something, for at most `limit`.
///
/// Only for what tells nobody when it changes. An error of `look` counts as *not yet* and is told
/// when the time is up.
pub async fn wait_until<T>(
    what: &str,
    limit: Duration,
    mut look: impl AsyncFnMut() -> Result<Option<T>>,
) -> Result<T> {
    let end = Instant::now() + limit;
    loop {
        let trouble = match look().await {
            Ok(Some(found)) => return Ok(found),
            Ok(None) => None,
            Err(error) => Some(error),
        };
        if Instant::now() >= end {
            let seconds = limit.as_secs_f32();
            match trouble {
                Some(error) => return Err(error.context(format!("waited {seconds} s for {what}"))),
                None => bail!("waited {seconds} s for {what}, in vain"),
            }
        }
        sleep(AGAIN).await;
    }
}
