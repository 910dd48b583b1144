//! Waiting for what a test expects: long enough for a slow machine, and never for ever.

use std::{future::pending, panic::Location, time::Duration};

use tokio::{sync::watch, time::timeout};

/// Longer than anything takes that a test waits for.
const LIMIT: Duration = Duration::from_mins(1);

/// Returns what is found in the value, now or as soon as there is such a value.
///
/// # Panics
/// After a minute; `in_vain` says what was waited for, and what there was instead.
#[expect(
    clippy::panic,
    reason = "a test that waits for what does not come can only stop"
)]
pub(crate) async fn wait_for<T, R>(
    told: &watch::Sender<T>,
    find: impl Fn(&T) -> Option<R>,
    at: &Location<'_>,
    in_vain: impl FnOnce(&T) -> String,
) -> R {
    let Ok(found) = timeout(LIMIT, found(told, find)).await else {
        let (limit, missed) = (LIMIT.as_secs(), in_vain(&told.borrow()));
        panic!("{at}: not within {limit} seconds: {missed}");
    };
    found
}

async fn found<T, R>(told: &watch::Sender<T>, find: impl Fn(&T) -> Option<R>) -> R {
    let mut news = told.subscribe();
    loop {
        let found = find(&news.borrow_and_update());
        if let Some(found) = found {
            return found;
        }
        if news.changed().await.is_err() {
            // The sender is borrowed, so it is there.
            pending::<()>().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::panic::Location;

    use tokio::sync::watch;

    use super::wait_for;

    #[tokio::test]
    async fn what_comes_while_one_waits_is_found() {
        let told = watch::Sender::new(0);
        let find = |count: &u32| (*count == 2).then(|| count.to_string());
        let here = Location::caller();
        let waiting = wait_for(&told, find, here, |count| format!("2 and not {count}"));
        let (found, ()) = tokio::join!(waiting, async { told.send_modify(|count| *count = 2) });
        assert_eq!(found, "2");
    }
}
