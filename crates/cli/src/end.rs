//! What is done when the program is told to end while it is at work.

use std::pin::pin;

use drawbridge_engine::told_to_end;

use crate::failure::Failure;

/// What was under way was stopped by the person.
pub(crate) fn cancelled() -> Failure {
    Failure::new("cancelled", "Cancelled.", None)
}

/// Does what may be left half done, unless the program is told to end before it is done.
pub(crate) async fn unless_told<T>(
    told: &mut (impl Future<Output = ()> + Unpin),
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    // Otherwise it is held several times over.
    let work = Box::pin(work);
    tokio::select! {
        // Listened for before the work begins.
        biased;
        () = told => Err(cancelled()),
        done = work => done,
    }
}

/// Does what must not be left half done: whoever tells the program to end meanwhile waits for it.
pub(crate) async fn undisturbed<T>(work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    tokio::select! {
        // Heard before the work begins.
        biased;
        () = told_to_end() => work.await,
        done = &mut work => done,
    }
}
