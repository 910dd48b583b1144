//! Servers that are not on this computer, but near.

use std::time::Duration;

use drawbridge_testkit::{Gate, Sample};
use tokio::{task::AbortHandle, time::sleep};

/// How long each answer of theirs takes.
pub const NEAR: Duration = Duration::from_millis(20);

/// Holds every request to the sample servers for so long, but those of the browser.
#[must_use]
pub fn keep_away(sample: &Sample) -> AbortHandle {
    let sample = sample.clone();
    let task = tokio::spawn(async move {
        loop {
            let gate = Gate::closed();
            sample.mcp.behave(|mcp| {
                mcp.gate = Some(gate.clone());
                mcp.metadata_gate = Some(gate.clone());
            });
            sample.auth.behave(|auth| {
                auth.metadata_gate = Some(gate.clone());
                auth.registration_gate = Some(gate.clone());
                auth.token_gate = Some(gate.clone());
            });
            // Whoever comes later finds a gate of their own.
            gate.reached_some_day(1).await;
            tokio::spawn(async move {
                sleep(NEAR).await;
                gate.open();
            });
        }
    });
    task.abort_handle()
}
