//! What the person does to the server, also while calls wait for a refresh.

use drawbridge_engine::view::{AuthKind, ServerChange, SignInOptions};
use drawbridge_testkit::Gate;

use super::World;
use crate::model::step::{Deed, Who};

/// How a call may end whose server is signed out of, removed or moved under it.
const ENDED: [&str; 5] = [
    "sign_in_needed",
    "unknown_server",
    "not_connected",
    "superseded",
    "interrupted",
];

impl World {
    pub(super) async fn carry_out(&mut self, deed: Deed, who: Who) {
        if !self.truth.listed {
            return;
        }
        let id = self.id.clone();
        let changes = self.changes(deed);
        let process = self.process(who).await;
        let done = process.run(async move |engine| {
            for change in changes {
                engine.change_server(&id, change).await?;
            }
            match deed {
                Deed::SignOut => engine.sign_out(&id).await,
                Deed::Remove => engine.remove_server(&id).await,
                Deed::Move | Deed::Kind | Deed::Client | Deed::Rename => Ok(()),
            }
        });
        done.await.unwrap().unwrap();
        match deed {
            Deed::Rename => {}
            Deed::SignOut | Deed::Kind | Deed::Client => self.truth.give_up(),
            Deed::Remove => {
                self.truth.give_up();
                self.truth.listed = false;
            }
            Deed::Move => {
                self.truth.give_up();
                self.at = 1 - self.at;
            }
        }
    }

    fn changes(&self, deed: Deed) -> Vec<ServerChange> {
        let nothing = ServerChange::default;
        let to_kind = |auth| ServerChange {
            auth: Some(auth),
            ..nothing()
        };
        let to_client = |client_id: Option<&str>| ServerChange {
            sign_in: Some(SignInOptions {
                client_id: client_id.map(str::to_owned),
                ..SignInOptions::default()
            }),
            ..nothing()
        };
        match deed {
            Deed::SignOut | Deed::Remove => Vec::new(),
            Deed::Move => vec![ServerChange {
                url: Some(self.houses[1 - self.at].mcp_url().to_string()),
                ..nothing()
            }],
            Deed::Kind => vec![to_kind(AuthKind::Headers), to_kind(AuthKind::OAuth)],
            Deed::Client => vec![to_client(Some("mine")), to_client(None)],
            Deed::Rename => vec![ServerChange {
                name: Some(format!("Name {}", self.truth.expiries)),
                ..nothing()
            }],
        }
    }

    pub(super) async fn carry_out_amid_calls(&mut self, deed: Deed, who: Who) {
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
                // Meanwhile the server wanted headers, and was asked without a token.
                Err("access_refused") => deed == Deed::Kind,
                Err(code) => ENDED.contains(&code),
            };
            assert!(fits, "a call amid {deed:?} ended in {answer:?}");
        }
        self.truth.stale = false;
    }
}
