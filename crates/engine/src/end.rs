//! The end that the person, a terminal or the system asks for.

/// Returns when this program is told to end: Ctrl-C, and on Unix also `SIGTERM` and `SIGHUP`, unless whoever
/// started it keeps that from it, as `nohup` does. Heard from when it is first polled.
pub async fn told_to_end() {
    #[cfg(unix)]
    unix::told_to_end().await;
    #[cfg(not(unix))]
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

#[cfg(unix)]
mod unix {
    use std::future::pending;

    use tokio::signal::unix::{SignalKind, signal};

    pub(super) async fn told_to_end() {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let ignored = ignored(&status).unwrap_or(0);
        tokio::select! {
            () = told(SignalKind::interrupt(), ignored) => {}
            () = told(SignalKind::terminate(), ignored) => {}
            () = told(SignalKind::hangup(), ignored) => {}
        }
    }

    async fn told(kind: SignalKind, ignored: u64) {
        if !is_in(ignored, kind) {
            match signal(kind) {
                Ok(mut signal) => {
                    if signal.recv().await.is_some() {
                        return;
                    }
                }
                Err(error) => tracing::warn!("an end from outside comes at once: {error}"),
            }
        }
        pending::<()>().await;
    }

    /// What `/proc/self/status` says of ignored signals; told on Linux alone.
    fn ignored(status: &str) -> Option<u64> {
        let mut lines = status.lines();
        let mask = lines.find_map(|line| line.strip_prefix("SigIgn:"))?;
        u64::from_str_radix(mask.trim(), 16).ok()
    }

    fn is_in(mask: u64, kind: SignalKind) -> bool {
        let bit = u32::try_from(kind.as_raw_value() - 1).ok();
        bit.and_then(|bit| mask.checked_shr(bit))
            .is_some_and(|rest| rest & 1 == 1)
    }

    #[cfg(test)]
    mod tests {
        use super::{SignalKind, ignored, is_in};

        #[test]
        fn a_program_that_is_to_outlive_its_terminal_does() {
            let status = "SigBlk:\t0000000000000000\nSigIgn:\t0000000000001001\nSigCgt:\t00\n";
            let mask = ignored(status).unwrap();
            assert!(is_in(mask, SignalKind::hangup()));
            assert!(!is_in(mask, SignalKind::terminate()));
            assert!(!is_in(mask, SignalKind::interrupt()));
        }
    }
}
