//! What happens around the program: the network comes back, the computer wakes up.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use netwatcher::Update;
use netwatcher::async_adapter::Tokio;

use crate::clock::millis;
use crate::core::Core;
use crate::view::Millis;

/// An address comes a moment before its route and its name server.
const SETTLING: Duration = Duration::from_secs(1);
/// A network that comes and goes is heard this often at most.
const PAUSE: Duration = Duration::from_secs(5);
/// How often the clock is looked at.
const TICK: Duration = Duration::from_secs(5);
/// A machine under load is late by less than this.
const SLACK: Duration = Duration::from_secs(20);

/// Rouses everything that waits when there is a reason to, until the engine ends.
pub(crate) fn watch(core: &Arc<Core>) {
    let until_the_end = || core.stop.clone();
    core.tasks
        .spawn(until_the_end().run_until_cancelled_owned(told_by_network(core.clone())));
    core.tasks.spawn(
        until_the_end().run_until_cancelled_owned(told_by_clock(core.clone(), core.clock.now())),
    );
}

/// The system tells of new addresses: rtnetlink, the routing socket, `NotifyIpInterfaceChange`.
async fn told_by_network(core: Arc<Core>) {
    let mut addresses = match netwatcher::watch_interfaces_async::<Tokio>() {
        Ok(addresses) => addresses,
        Err(error) => {
            tracing::warn!(%error, "the network is not watched: {error}");
            return;
        }
    };
    loop {
        let update = addresses.changed().await;
        if !brings_a_way_out(&update) {
            continue;
        }
        tokio::time::sleep(SETTLING).await;
        tracing::info!("the network has changed");
        core.rouse();
        tokio::time::sleep(PAUSE).await;
    }
}

/// Timers stand still while the computer sleeps, and the wall clock does not. A clock that was set
/// looks the same, and asks for the same: what is due by it has changed.
async fn told_by_clock(core: Arc<Core>, mut last: Millis) {
    loop {
        tokio::time::sleep(TICK).await;
        let now = core.clock.now();
        if has_jumped(last, now) {
            tracing::info!("the computer was asleep, or its clock was set");
            core.rouse();
        }
        last = now;
    }
}

fn has_jumped(last: Millis, now: Millis) -> bool {
    now.saturating_sub(last).saturating_sub(millis(TICK)).abs() > millis(SLACK)
}

fn brings_a_way_out(update: &Update) -> bool {
    !update.is_initial && update.addrs_added().any(|(_, added)| leads_out(&added.ip))
}

/// Neither this computer alone nor its own wire alone.
fn leads_out(address: &IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => !v4.is_loopback() && !v4.is_link_local(),
        IpAddr::V6(v6) => !v6.is_loopback() && !v6.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    // rule: G3
    #[rstest]
    #[case::a_tick(5_000, false)]
    #[case::a_busy_machine(20_000, false)]
    #[case::a_nap(60_000, true)]
    #[case::a_night(28_800_000, true)]
    #[case::set_back(-86_400_000, true)]
    fn a_sleep_is_seen_by_the_clock(#[case] passed: Millis, #[case] seen: bool) {
        assert_eq!(has_jumped(1_000_000, 1_000_000 + passed), seen);
    }

    #[rstest]
    #[case("192.168.1.7", true)]
    #[case("2001:db8::1", true)]
    #[case("127.0.0.1", false)]
    #[case("::1", false)]
    #[case("169.254.3.4", false)]
    #[case("fe80::1", false)]
    fn an_address_leads_out_or_not(#[case] address: IpAddr, #[case] out: bool) {
        assert_eq!(leads_out(&address), out);
    }

    #[tokio::test]
    async fn the_system_lets_anybody_watch_its_addresses() {
        let mut addresses = netwatcher::watch_interfaces_async::<Tokio>().unwrap();
        let present = addresses.changed().await;
        assert!(present.is_initial);
        assert!(
            !brings_a_way_out(&present),
            "what is there already is no return"
        );
        let all = present.interfaces.values().flat_map(|it| &it.ips);
        assert!(all.into_iter().any(|record| record.ip.is_loopback()));
    }
}
