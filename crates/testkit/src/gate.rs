//! A door in a server: requests stop at it until a test opens it. It stands where others sleep.

use std::{panic::Location, sync::Arc};

use tokio::sync::watch;

use crate::wait::wait_for;

/// Holds requests until [`open`](Gate::open); tells when one has [`reached`](Gate::reached) it.
#[derive(Debug, Clone)]
pub struct Gate(Arc<watch::Sender<Door>>);

#[derive(Debug, Default)]
struct Door {
    open: bool,
    arrived: usize,
}

impl Gate {
    /// A closed gate.
    #[must_use]
    pub fn closed() -> Self {
        Self(Arc::new(watch::Sender::new(Door::default())))
    }

    /// Lets everybody through, those who wait and those who come later.
    pub fn open(&self) {
        self.0.send_modify(|door| door.open = true);
    }

    /// Holds those who come from now on.
    pub fn close(&self) {
        self.0.send_modify(|door| door.open = false);
    }

    /// Returns once `count` requests have come to this gate since it was made.
    ///
    /// # Panics
    /// When that takes longer than a minute.
    #[track_caller]
    pub fn reached(&self, count: usize) -> impl Future<Output = ()> {
        let at = Location::caller();
        let enough = move |door: &Door| (door.arrived >= count).then_some(());
        wait_for(&self.0, enough, at, move |door| {
            format!("{count} at a gate that {} have come to", door.arrived)
        })
    }

    /// The same for whoever waits as long as it takes, such as a server that stands for hours.
    pub async fn reached_some_day(&self, count: usize) {
        // The sender lives in `self`, so the wait cannot fail.
        let _ = self
            .0
            .subscribe()
            .wait_for(|door| door.arrived >= count)
            .await;
    }

    /// How many requests have come to this gate since it was made.
    #[must_use]
    pub fn arrived(&self) -> usize {
        self.0.borrow().arrived
    }

    pub(crate) async fn pass(&self) {
        self.0.send_modify(|door| door.arrived += 1);
        let _ = self.0.subscribe().wait_for(|door| door.open).await;
    }
}

/// Waits at a gate where there is one.
pub(crate) async fn pass(gate: Option<Gate>) {
    if let Some(gate) = gate {
        gate.pass().await;
    }
}

#[cfg(test)]
mod tests {
    use super::Gate;

    #[tokio::test]
    async fn a_closed_gate_holds_and_an_open_one_lets_through() {
        let gate = Gate::closed();
        let held = tokio::spawn({
            let gate = gate.clone();
            async move { gate.pass().await }
        });
        gate.reached(1).await;
        assert!(!held.is_finished());
        gate.open();
        held.await.unwrap();
        gate.pass().await;
        assert_eq!(gate.arrived(), 2);
    }
}
