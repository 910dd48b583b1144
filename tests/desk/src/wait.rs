//! Waiting, and never for ever.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use tokio::time::{Instant, sleep, timeout};

/// Longer than anything takes that a person waits for, on a slow and busy machine too.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

const AGAIN: Duration = Duration::from_millis(20);

/// What `coming` answers, if that is not too late.
pub async fn in_time<T>(what: &str, coming: impl Future<Output = T>) -> Result<T> {
    let came = timeout(PATIENCE, coming).await;
    came.with_context(|| format!("waited {} s for {what}", PATIENCE.as_secs()))
}

/// Looks again and again until `look` finds something.
///
/// Only for what tells nobody when it changes. An error of `look` counts as *not yet* and is told
/// when the time is up.
pub async fn wait_until<T>(
    what: &str,
    mut look: impl AsyncFnMut() -> Result<Option<T>>,
) -> Result<T> {
    let end = Instant::now() + PATIENCE;
    loop {
        let trouble = match look().await {
            Ok(Some(found)) => return Ok(found),
            Ok(None) => None,
            Err(error) => Some(error),
        };
        if Instant::now() >= end {
            let seconds = PATIENCE.as_secs();
            match trouble {
                Some(error) => return Err(error.context(format!("waited {seconds} s for {what}"))),
                None => bail!("waited {seconds} s for {what}, in vain"),
            }
        }
        sleep(AGAIN).await;
    }
}
