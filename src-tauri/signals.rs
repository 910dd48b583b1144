//! The end that the system or a terminal asks for: the same as the person's.

use tauri::{AppHandle, Runtime};
use tokio::signal::unix::{SignalKind, signal};

use crate::main_window;

/// Ends the program in good order when it is told to end.
pub(crate) fn listen<R: Runtime>(app: &AppHandle<R>) {
    let ignored = ignored();
    for kind in [
        SignalKind::terminate(),
        SignalKind::interrupt(),
        SignalKind::hangup(),
    ] {
        if !is_in(ignored, kind) {
            tauri::async_runtime::spawn(end_at(app.clone(), kind));
        }
    }
}

async fn end_at<R: Runtime>(app: AppHandle<R>, kind: SignalKind) {
    match signal(kind) {
        Ok(mut signal) => {
            if signal.recv().await.is_some() {
                tracing::info!("told to end");
                main_window::quit(&app);
            }
        }
        Err(error) => tracing::warn!("an end from outside comes at once: {error}"),
    }
}

/// What whoever started the program keeps from it, as `nohup` does; told on Linux alone.
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    mask(&status).unwrap_or(0)
}

fn mask(status: &str) -> Option<u64> {
    let mask = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))?;
    u64::from_str_radix(mask.trim(), 16).ok()
}

fn is_in(mask: u64, kind: SignalKind) -> bool {
    let bit = u32::try_from(kind.as_raw_value() - 1).ok();
    bit.and_then(|bit| mask.checked_shr(bit))
        .is_some_and(|rest| rest & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::{SignalKind, is_in, mask};

    #[test]
    fn a_program_that_is_to_outlive_its_terminal_does() {
        let status = "SigBlk:\t0000000000000000\nSigIgn:\t0000000000001001\nSigCgt:\t00\n";
        let mask = mask(status).unwrap();
        assert!(is_in(mask, SignalKind::hangup()));
        assert!(!is_in(mask, SignalKind::terminate()));
        assert!(!is_in(mask, SignalKind::interrupt()));
    }
}
