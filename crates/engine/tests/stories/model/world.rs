//! The servers, the processes, and the person, who follow a walk; after each step what is shown and
//! stored is held against the truth.

mod checks;
mod deeds;

use drawbridge_engine::ServerId;
use drawbridge_engine::view::AuthKind;
use drawbridge_testkit::auth::RefreshTokens;
use drawbridge_testkit::{Canned, Gate, Person, Sample};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use tempfile::TempDir;

use super::process::{PATIENCE, Process};
use super::step::{Death, Network, Step, Who};
use super::truth::{Grant, Truth};
use crate::desk::{TestClock, is_connected, new_server, pool};

/// More than the tokens live.
const LIFETIME: i64 = 3_700;
/// They are renewed ahead of their end then.
const NEARLY_LIFETIME: i64 = 3_590;
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
            Step::ExpireFresh(who) => self.expire_fresh(who).await,
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
        self.clock.advance(BETWEEN_EXPIRIES);
        self.house().auth.expire_access_tokens();
        self.truth.expire();
    }

    async fn expire_fresh(&mut self, user: Who) {
        if !self.can_refresh() {
            return;
        }
        let renewer = match user {
            Who::App => Who::Neighbour,
            Who::Neighbour => Who::App,
        };
        self.call_once(user).await;
        if let Some(process) = self.gone(renewer) {
            process.close().await;
        }
        let before = self.grant().await.0;
        self.clock.advance(NEARLY_LIFETIME);
        self.truth.expire();
        self.process(renewer).await;
        self.grant_is("renewed", |(revision, _)| revision > before)
            .await;
        self.call_once(user).await;
        self.grant_is("known to be taken", |(_, untested)| !untested)
            .await;
        self.house().auth.expire_access_tokens();
        self.truth.expire();
        self.call_once(renewer).await;
    }

    /// The revision of the grant that is stored, and whether nobody knows that its token is taken.
    async fn grant(&self) -> (i64, bool) {
        let pool = self.database().await;
        let grant = sqlx::query_as("SELECT revision, untested FROM grant");
        let grant = grant.fetch_one(&pool).await.unwrap();
        pool.close().await;
        grant
    }

    async fn database(&self) -> SqlitePool {
        let file = SqliteConnectOptions::new();
        pool(file.filename(self.folder.path().join("drawbridge.sqlite"))).await
    }

    async fn grant_is(&self, what: &str, so: impl Fn((i64, bool)) -> bool) {
        let stored = async {
            while !so(self.grant().await) {
                tokio::task::yield_now().await;
            }
        };
        let stored = tokio::time::timeout(PATIENCE, stored).await;
        assert!(stored.is_ok(), "the grant is not {what}: {:?}", self.truth);
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

    async fn call_once(&mut self, who: Who) {
        match who {
            Who::App => self.call(1, 0).await,
            Who::Neighbour => self.call(0, 1).await,
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
        let mut calls: Vec<_> = calls.collect();
        let answered = futures::future::select_all(&mut calls);
        let reached = tokio::select! {
            biased;
            () = gate.reached(1) => Ok(()),
            (answer, ..) = answered => Err(format!("a call ended in {answer:?}")),
            () = tokio::time::sleep(PATIENCE) => Err("nothing happened".to_owned()),
        };
        assert_eq!(reached, Ok(()), "no refresh: {:?}", self.truth);
        auth.behave(|b| b.token_answer_gate = None);
        calls
    }

    fn can_refresh(&self) -> bool {
        let well = self.truth.grant == Grant::Good && self.truth.network == Network::Up;
        well && self.truth.listed
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
        let known = [Ok(()), Err("sign_in_unavailable"), Err("unreachable")];
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
        self.settle().await;
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

    /// Whatever is renewed by itself is renewed now, so that nothing is cut off that nobody knows of.
    async fn settle(&mut self) {
        if self.can_refresh() && self.truth.stale {
            let there = |process: &Option<Process>| usize::from(process.is_some());
            let (app, neighbour) = (there(&self.app), there(&self.neighbour));
            self.call(app, neighbour).await;
        }
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
            self.settle().await;
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
