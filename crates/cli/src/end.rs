//! The end that the person, a terminal or the system asks for.

use std::pin::pin;

use crate::failure::Failure;

/// What was under way was stopped by the person.
pub(crate) fn cancelled() -> Failure {
    Failure::new("cancelled", "Cancelled.", None)
}

/// Does what must not be left half done: whoever tells the program to end meanwhile waits for it.
pub(crate) async fn undisturbed<T>(work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    tokio::select! {
        // Heard before the work begins.
        biased;
        () = interrupted() => work.await,
        done = &mut work => done,
    }
}

/// Ctrl-C, the end that the system asks for, or that of the terminal.
pub(crate) async fn interrupted() {
    #[cfg(unix)]
    unix::interrupted().await;
    #[cfg(not(unix))]
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

#[cfg(unix)]
mod unix {
    use std::future::pending;

    use tokio::signal::unix::{SignalKind, signal};

    pub(super) async fn interrupted() {
        let ignored = ignored();
        tokio::select! {
            () = told(SignalKind::interrupt(), ignored) => {}
            () = told(SignalKind::terminate(), ignored) => {}
            () = told(SignalKind::hangup(), ignored) => {}
        }
    }

    async fn told(kind: SignalKind, ignored: u64) {
        if !is_in(ignored, kind)
            && let Ok(mut signal) = signal(kind)
            && signal.recv().await.is_some()
        {
            return;
        }
        pending::<()>().await;
    }

    /// What whoever started the program keeps from it, as `nohup` does; told on Linux alone.
    fn ignored() -> u64 {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
            .unwrap_or(0)
    }

    fn is_in(mask: u64, kind: SignalKind) -> bool {
        u32::try_from(kind.as_raw_value() - 1)
            .ok()
            .and_then(|bit| mask.checked_shr(bit))
            .is_some_and(|rest| rest & 1 == 1)
    }
}
