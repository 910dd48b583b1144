//! The servers, each with an authorization server of its own.

use std::{io, time::Duration};

use drawbridge_testkit::{Gate, Sample, auth::Counters, mcp::Eras};

/// How long an access token lives.
pub(crate) const TOKEN_LIFE: Duration = Duration::from_secs(5);

/// All servers.
#[derive(Debug, Clone)]
pub(crate) struct Town(Vec<Sample>);

impl Town {
    /// Half of them have sessions, and half are of the era after them.
    pub(crate) async fn start(servers: usize) -> io::Result<Self> {
        let mut all = Vec::new();
        for server in 0..servers {
            let sample = Sample::builder().start().await?;
            sample
                .auth
                .behave(|behaviour| behaviour.access_token_lifetime = TOKEN_LIFE);
            if server % 2 == 1 {
                sample
                    .mcp
                    .behave(|behaviour| behaviour.eras = Eras::Initialize);
            }
            all.push(sample);
        }
        Ok(Self(all))
    }

    pub(crate) fn urls(&self) -> Vec<String> {
        self.0.iter().map(|it| it.mcp_url().to_string()).collect()
    }

    pub(crate) fn sample(&self, server: usize) -> &Sample {
        &self.0[server]
    }

    /// What each authorization server has done so far.
    pub(crate) fn counters(&self) -> Vec<Counters> {
        self.0.iter().map(|it| it.auth.counters()).collect()
    }

    /// Grants that are not revoked, of each.
    pub(crate) fn live_grants(&self) -> Vec<usize> {
        self.0.iter().map(|it| it.auth.live_grants()).collect()
    }

    /// What they saw is not looked at, and would fill the memory.
    pub(crate) fn forget_what_was_seen(&self) {
        for sample in &self.0 {
            sample.clear_journal();
        }
    }

    /// Lets all requests for tokens wait before anything is done, until the gate opens.
    pub(crate) fn hold_tokens(&self) -> Gate {
        let gate = Gate::closed();
        for sample in &self.0 {
            sample
                .auth
                .behave(|behaviour| behaviour.token_gate = Some(gate.clone()));
        }
        gate
    }

    /// Lets go of what waits at the gate.
    pub(crate) fn let_tokens_go(&self, gate: &Gate) {
        for sample in &self.0 {
            sample.auth.behave(|behaviour| behaviour.token_gate = None);
        }
        gate.open();
    }
}
