//! The servers, the processes, and the person, who follow a walk; after each step what is shown and
//! stored is held against the truth.

use std::time::Duration;

use drawbridge_engine::ServerId;
use drawbridge_engine::view::{AuthKind, Authorization, ServerChange, ServerView, Status};
use drawbridge_testkit::auth::{Counters, RefreshTokens};
use drawbridge_testkit::{Canned, Gate, Person, Sample};
use tempfile::TempDir;

use super::process::Process;
use super::step::{Death, Deed, Network, Step, Who};
use super::truth::{Grant, Truth};
use crate::desk::{TestClock, is_connected, new_server};

/// More than the tokens live.
const LIFETIME: i64 = 3_700;
/// Enough for a server that ends its tokens early not to look like one that takes each just once.
const BETWEEN_EXPIRIES: i64 = 180;

type Answer = Result<(), &'static str>;

pub(super) struct World {
    /// Where the server is, and where it moves to.
    houses: [Sample; 2],
    at: usize,
    id: ServerId,
    app: Option<Process>,
    neighbour: Option<Process>,
    folder: TempDir,
    clock: TestClock,
    truth: Truth,
}

impl World {
    pub(super) async fn walk(steps: Vec<Step>) {
        let houses = [Sample::start().await, Sample::start().await];
        let mut world = Self {
            houses,
            at: 0,
            id: ServerId::from(String::new()),
            app: None,
            neighbour: None,
            folder: tempfile::tempdir().unwrap(),
            clock: TestClock::default(),
            truth: Truth::default(),
        };
        world.add(Who::App).await;
        for step in steps {
            world.take(step).await;
            world.hold_against_truth().await;
        }
        world.end().await;
    }

    fn house(&self) -> &Sample {
        &self.houses[self.at]
    }

    /// The process, which is started if it is not there.
    async fn process(&mut self, who: Who) -> &mut Process {
        let place = match who {
            Who::App => &mut self.app,
            Who::Neighbour => &mut self.neighbour,
        };
        if place.is_none() {
            *place = Some(Process::start(self.folder.path(), &self.clock).await);
        }
        place.as_mut().unwrap()
    }

    async fn take(&mut self, step: Step) {
        match step {
            Step::Call { app, neighbour } => self.call(app, neighbour).await,
            Step::Expire => {
                self.clock.advance(LIFETIME);
                self.truth.expire();
            }
            Step::ExpireEarly => self.expire_early(),
            Step::Rotate(rotating) => self.rotate(rotating),
            Step::Revoke => {
                self.house().auth.revoke_grants();
                if self.truth.grant == Grant::Good {
                    self.truth.grant = Grant::Spoilt;
                }
            }
            Step::SignIn(who) => self.sign_in(who).await,
            Step::Do(deed, who) => self.carry_out(deed, who).await,
            Step::DoAmidCalls(deed, who) => self.carry_out_amid_calls(deed, who).await,
            Step::Leave(who) => self.leave(who).await,
            Step::Falter => self.falter().await,
            Step::Network(network) => self.network(network).await,
            Step::Close(who) => {
                if let Some(process) = self.gone(who) {
                    process.close().await;
                }
            }
            Step::Die(who, death) => self.die(who, death).await,
        }
    }

    fn gone(&mut self, who: Who) -> Option<Process> {
        match who {
            Who::App => self.app.take(),
            Who::Neighbour => self.neighbour.take(),
        }
    }

    fn processes(&self) -> impl Iterator<Item = &Process> {
        self.app.iter().chain(&self.neighbour)
    }

    async fn add(&mut self, who: Who) {
        let new = new_server(self.house().mcp_url().as_str(), AuthKind::OAuth);
        let process = self.process(who).await;
        let added = process.run(async move |engine| engine.add_server(new).await);
        self.id = ServerId::from(added.await.unwrap().unwrap().id);
        self.truth.listed = true;
        self.truth.grant = Grant::None;
    }

    fn expire_early(&mut self) {
        self.house().auth.expire_access_tokens();
        self.clock.advance(BETWEEN_EXPIRIES);
        self.truth.expire();
    }

    fn rotate(&mut self, rotating: bool) {
        let tokens = if rotating {
            RefreshTokens::Rotating
        } else {
            RefreshTokens::Lasting
        };
        for house in &self.houses {
            house.auth.behave(|b| b.refresh_tokens = tokens);
        }
        self.truth.rotating = rotating;
    }

    async fn call(&mut self, app: usize, neighbour: usize) {
        let id = self.id.clone();
        let mut calls = Vec::new();
        for (who, count) in [(Who::App, app), (Who::Neighbour, neighbour)] {
            if count > 0 {
                let process = self.process(who).await;
                calls.extend((0..count).map(|call| process.call(&id, call.to_string())));
            }
        }
        for call in calls {
            let answer = call.await.unwrap();
            let (well, codes) = self.truth.answers();
            let fits = match answer {
                Ok(()) => well,
                Err(code) => codes.contains(&code),
            };
            assert!(fits, "a call ended in {answer:?}: {:?}", self.truth);
            self.truth.called(answer.is_ok());
        }
    }

    async fn sign_in(&mut self, who: Who) {
        if self.truth.network != Network::Up {
            return;
        }
        if !self.truth.listed {
            self.add(who).await;
        }
        let id = self.id.clone();
        let process = self.process(who).await;
        let asked = process.run({
            let id = id.clone();
            async move |engine| engine.sign_in_again(&id).await
        });
        asked.await.unwrap().unwrap();
        let prompt = process.screen.prompt().await;
        let callback = Person::ada().follow(prompt.url.as_str()).await.unwrap();
        let received = process.run(async move |engine| engine.receive_callback(&callback).await);
        received.await.unwrap().unwrap();
        process
            .shows(&id, "connected after a sign-in", |server| {
                server.is_some_and(|server| server.error.is_none() && is_connected(server))
            })
            .await;
        // One in the place of another says nothing at the server, where both may be one.
        self.truth.strays += usize::from(self.truth.grant == Grant::Good);
        self.truth.sign_ins += 1;
        self.truth.grant = Grant::Good;
        self.truth.stale = false;
    }

    async fn carry_out(&mut self, deed: Deed, who: Who) {
        if !self.truth.listed {
            return;
        }
        let id = self.id.clone();
        let elsewhere = 1 - self.at;
        let change = match deed {
            Deed::Move => ServerChange {
                url: Some(self.houses[elsewhere].mcp_url().to_string()),
                ..ServerChange::default()
            },
            _ => ServerChange {
                name: Some(format!("Name {}", self.truth.expiries)),
                ..ServerChange::default()
            },
        };
        let process = self.process(who).await;
        let done = process.run(async move |engine| match deed {
            Deed::SignOut => engine.sign_out(&id).await,
            Deed::Remove => engine.remove_server(&id).await,
            Deed::Move | Deed::Rename => engine.change_server(&id, change).await.map(drop),
        });
        done.await.unwrap().unwrap();
        match deed {
            Deed::Rename => {}
            Deed::SignOut => self.truth.give_up(),
            Deed::Remove => {
                self.truth.give_up();
                self.truth.listed = false;
            }
            Deed::Move => {
                self.truth.give_up();
                self.at = elsewhere;
            }
        }
    }

    /// Calls that wait in the midst of a refresh, at this gate.
    async fn refreshing(&mut self, who: Who, gate: &Gate) -> Vec<tokio::task::JoinHandle<Answer>> {
        let (id, auth) = (self.id.clone(), self.house().auth.clone());
        self.process(who).await;
        // Whatever the sessions of a process do by themselves when it starts is over.
        self.hold_against_truth().await;
        auth.behave(|b| b.token_answer_gate = Some(gate.clone()));
        self.expire_early();
        let process = self.process(who).await;
        let calls = (0..3).map(|call| process.call(&id, call.to_string()));
        let calls = calls.collect();
        let reached = tokio::time::timeout(Duration::from_secs(20), gate.reached(1));
        reached.await.expect("a refresh within 20 seconds");
        auth.behave(|b| b.token_answer_gate = None);
        calls
    }

    fn can_refresh(&self) -> bool {
        let well = self.truth.grant == Grant::Good && self.truth.network == Network::Up;
        well && self.truth.listed
    }

    async fn carry_out_amid_calls(&mut self, deed: Deed, who: Who) {
        if !self.can_refresh() {
            return self.carry_out(deed, who).await;
        }
        let gate = Gate::closed();
        let other = match who {
            Who::App => Who::Neighbour,
            Who::Neighbour => Who::App,
        };
        let calls = self.refreshing(other, &gate).await;
        self.carry_out(deed, who).await;
        gate.open();
        for call in calls {
            let answer = call.await.unwrap();
            let fits = match answer {
                Ok(()) => deed == Deed::Rename,
                Err(code) => ENDED.contains(&code),
            };
            assert!(fits, "a call amid {deed:?} ended in {answer:?}");
        }
        self.truth.stale = false;
    }

    async fn leave(&mut self, who: Who) {
        if !self.can_refresh() {
            return;
        }
        let gate = Gate::closed();
        for call in self.refreshing(who, &gate).await {
            call.abort();
            assert!(call.await.unwrap_err().is_cancelled());
        }
        gate.open();
        // The refresh goes on, is stored, and this call needs no other.
        self.call(1, 1).await;
    }

    async fn falter(&mut self) {
        if !self.can_refresh() {
            return;
        }
        let auth = self.house().auth.clone();
        self.process(Who::App).await;
        self.hold_against_truth().await;
        auth.behave(|b| b.refresh_answers.push_back(Canned::status(503)));
        self.expire_early();
        let id = self.id.clone();
        let call = self
            .process(Who::App)
            .await
            .call(&id, "faltering".to_owned());
        let answer = call.await.unwrap();
        // The session may have been one at an address that the neighbour has moved the server from.
        let known = [Ok(()), Err("sign_in_unavailable"), Err("not_connected")];
        assert!(known.contains(&answer), "{answer:?}");
        auth.behave(|b| b.refresh_answers.clear());
        self.rouse().await;
        self.hold_against_truth().await;
        self.call(1, 0).await;
    }

    async fn network(&mut self, network: Network) {
        if network == self.truth.network {
            return;
        }
        for house in &self.houses {
            house.auth.close().await;
            house.mcp.close().await;
            if network == Network::Up {
                house.auth.reopen().await.unwrap();
            }
            if network != Network::Down {
                house.mcp.reopen().await.unwrap();
            }
        }
        self.truth.network = network;
        self.rouse().await;
    }

    async fn rouse(&self) {
        for process in self.processes() {
            let roused = process.run(async |engine| engine.network_changed());
            roused.await.unwrap();
        }
    }

    async fn die(&mut self, who: Who, death: Death) {
        let id = self.id.clone();
        if death == Death::Idle || !self.can_refresh() {
            if let Some(process) = self.gone(who) {
                process.die().await;
            }
            return;
        }
        let gate = Gate::closed();
        if death == Death::Calling {
            let mcp = self.house().mcp.clone();
            self.process(who).await;
            self.hold_against_truth().await;
            mcp.behave(|b| b.call_gate = Some(gate.clone()));
            let call = self.process(who).await.call(&id, "dying".to_owned());
            gate.reached(1).await;
            mcp.behave(|b| b.call_gate = None);
            self.gone(who).unwrap().die().await;
            assert!(call.await.unwrap_err().is_cancelled());
        } else {
            let calls = self.refreshing(who, &gate).await;
            self.gone(who).unwrap().die().await;
            for call in calls {
                assert!(call.await.unwrap_err().is_cancelled());
            }
            if self.truth.rotating {
                self.truth.lost_answers += 1;
                // Unless somebody shows what was spent, the server does not end it.
                self.truth.strays += 1;
                self.truth.grant = Grant::Spoilt;
            } else {
                self.truth.expire();
            }
        }
        gate.open();
    }

    fn counters(&self) -> Counters {
        let [one, other] = self.houses.each_ref().map(|house| house.auth.counters());
        Counters {
            authorize_pages: one.authorize_pages + other.authorize_pages,
            refreshes: one.refreshes + other.refreshes,
            refresh_reuses: one.refresh_reuses + other.refresh_reuses,
            ..Counters::default()
        }
    }

    async fn hold_against_truth(&mut self) {
        self.hold_counters_against_truth();
        let truth = &self.truth;
        let mut is_over = false;
        for process in self.processes() {
            let what = format!("{truth:?}");
            let shown = process.shows(&self.id, &what, |server| fits(truth, server));
            is_over |= shown
                .await
                .is_some_and(|server| asks_for_a_sign_in(&server));
        }
        if is_over {
            self.truth.grant = Grant::Over;
        }
        for process in [&mut self.app, &mut self.neighbour].into_iter().flatten() {
            assert!(process.screen.is_quiet(), "a page that nobody asked for");
        }
        self.hold_rows_against_truth().await;
    }

    fn hold_counters_against_truth(&self) {
        let (counters, truth) = (self.counters(), &self.truth);
        assert_eq!(counters.authorize_pages, truth.sign_ins, "{truth:?}");
        assert!(
            counters.refreshes <= truth.expiries,
            "{counters:?}, {truth:?}"
        );
        let reuses = counters.refresh_reuses;
        assert!(reuses <= truth.lost_answers, "{counters:?}, {truth:?}");
    }

    async fn hold_rows_against_truth(&self) {
        let path = self.folder.path().join("drawbridge.sqlite");
        let url = format!("sqlite://{}", path.display());
        let pool = sqlx::SqlitePool::connect(&url).await.unwrap();
        let count = async |query: &'static str| -> i64 {
            sqlx::query_scalar(query).fetch_one(&pool).await.unwrap()
        };
        let servers = count("SELECT COUNT(*) FROM server").await;
        assert_eq!(servers, i64::from(self.truth.listed));
        let grants = count("SELECT COUNT(*) FROM grant").await;
        assert_eq!(
            grants,
            i64::from(self.truth.grant != Grant::None),
            "{:?}",
            self.truth
        );
        assert_eq!(count("SELECT COUNT(*) FROM attempt").await, 0);
        pool.close().await;
    }

    /// Everybody goes home; what was given up is given back.
    async fn end(mut self) {
        for who in [Who::App, Who::Neighbour] {
            if let Some(process) = self.gone(who) {
                process.close().await;
            }
        }
        let live: usize = self
            .houses
            .iter()
            .map(|house| house.auth.live_grants())
            .sum();
        let kept = usize::from(self.truth.grant == Grant::Good);
        assert!(
            (kept..=kept + self.truth.strays).contains(&live),
            "{live}: {:?}",
            self.truth
        );
    }
}

/// How a call may end whose server is signed out of, removed or moved under it.
const ENDED: [&str; 5] = [
    "sign_in_needed",
    "unknown_server",
    "not_connected",
    "superseded",
    "interrupted",
];

/// Whether the server is shown as it is, or as whoever does not know everything may think it is.
fn fits(truth: &Truth, server: Option<&ServerView>) -> bool {
    let Some(server) = server.filter(|_| truth.listed) else {
        return server.is_none() && !truth.listed;
    };
    let is_signed_in = matches!(server.authorization, Authorization::SignedIn { .. });
    match (truth.grant, truth.network) {
        (Grant::None, _) => server.authorization == Authorization::SignedOut,
        (Grant::Over, _) => asks_for_a_sign_in(server),
        (Grant::Good, Network::Up) => is_connected(server),
        (Grant::Good, _) => is_signed_in,
        // A session that is opened finds out; one that is open need not.
        (Grant::Spoilt, Network::Up) => is_connected(server) || asks_for_a_sign_in(server),
        (Grant::Spoilt, _) => is_signed_in || asks_for_a_sign_in(server),
    }
}

fn asks_for_a_sign_in(server: &ServerView) -> bool {
    server.status == Status::SignInAgain
}
