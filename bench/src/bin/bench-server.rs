//! The sample servers in a process of their own, which does as it is told on standard input.

use std::time::Duration;

use anyhow::Result;
use drawbridge_bench::{
    distance::keep_away,
    lines::{Orders, tell},
    server::{Counts, Order, PAGE, PAGE_BYTES, Told},
};
use drawbridge_testkit::{Canned, Counters, Gate, Sample};
use tokio::{task::AbortHandle, time::sleep};

/// Text as pages have it: with lines, which JSON has to escape.
const SENTENCE: &str = "The bridge is up, and \"nobody\" can pass.\n";

#[tokio::main]
async fn main() -> Result<()> {
    let sample = Sample::builder().start().await?;
    sample.auth.behave(|auth| auth.consents_at_once = true);
    let mut page = SENTENCE.repeat(PAGE_BYTES / SENTENCE.len() + 1);
    page.truncate(PAGE_BYTES);
    sample.mcp.add_tool_that_says(PAGE, &page);
    tell(&Told::Started {
        url: sample.mcp_url().to_string(),
        issuer: sample.issuer(),
    })?;
    let mut servers = Servers {
        sample,
        before: Counters::default(),
        held: None,
        slow: None,
    };
    let mut orders = Orders::<Order>::new();
    while let Some(order) = orders.next().await? {
        tell(&servers.obey(order).await)?;
    }
    Ok(())
}

struct Servers {
    sample: Sample,
    /// What was counted before the last reset.
    before: Counters,
    /// Where token answers are held.
    held: Option<Gate>,
    /// What makes tokens slow.
    slow: Option<AbortHandle>,
}

impl Servers {
    async fn obey(&mut self, order: Order) -> Told {
        let auth = &self.sample.auth;
        match order {
            Order::Life { seconds } => auth.behave(|auth| {
                auth.access_token_lifetime = Duration::from_secs(seconds);
            }),
            Order::Expire => auth.expire_access_tokens(),
            Order::RefuseOnce => {
                auth.behave(|auth| auth.token_answers.push_back(Canned::status(503)));
            }
            Order::SlowTokens { millis } => self.slow_tokens(millis),
            Order::KeepAway => {
                let _for_good = keep_away(&self.sample);
            }
            Order::Hold => {
                let gate = Gate::closed();
                auth.behave(|auth| auth.token_answer_gate = Some(gate.clone()));
                self.held = Some(gate);
            }
            Order::Held => {
                if let Some(gate) = &self.held {
                    gate.reached_some_day(1).await;
                }
            }
            Order::Release => {
                auth.behave(|auth| auth.token_answer_gate = None);
                if let Some(gate) = self.held.take() {
                    gate.open();
                }
            }
            Order::Client => {
                let (id, secret) = auth.add_client("", "client_secret_basic");
                let secret = secret.unwrap_or_default();
                return Told::Client { id, secret };
            }
            Order::Reset => {
                self.before = auth.counters();
                self.sample.clear_journal();
            }
            Order::Count => return Told::Counted(self.counts()),
        }
        Told::Done
    }

    fn slow_tokens(&mut self, millis: u64) {
        if let Some(slow) = self.slow.take() {
            slow.abort();
            self.sample.auth.behave(|auth| auth.token_gate = None);
        }
        if millis == 0 {
            return;
        }
        let auth = self.sample.auth.clone();
        let slow = tokio::spawn(async move {
            loop {
                let gate = Gate::closed();
                auth.behave(|auth| auth.token_gate = Some(gate.clone()));
                // Whoever comes later finds a gate of their own.
                gate.reached_some_day(1).await;
                tokio::spawn(async move {
                    sleep(Duration::from_millis(millis)).await;
                    gate.open();
                });
            }
        });
        self.slow = Some(slow.abort_handle());
    }

    fn counts(&self) -> Counts {
        let now = self.sample.auth.counters();
        let tokens = |counters: &Counters| counters.refreshes + counters.client_tokens;
        Counts {
            refreshes: tokens(&now) - tokens(&self.before),
            reuses: now.refresh_reuses - self.before.refresh_reuses,
            requests: self.sample.journal_lines(),
        }
    }
}
