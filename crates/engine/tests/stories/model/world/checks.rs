//! What is shown, stored and counted, held against the truth.

use drawbridge_engine::view::{Authorization, ServerView, Status};
use drawbridge_testkit::auth::Counters;

use super::World;
use crate::desk::is_connected;
use crate::model::step::Network;
use crate::model::truth::{Grant, Truth};

impl World {
    fn counters(&self) -> Counters {
        let [one, other] = self.houses.each_ref().map(|house| house.auth.counters());
        Counters {
            authorize_pages: one.authorize_pages + other.authorize_pages,
            refreshes: one.refreshes + other.refreshes,
            refresh_reuses: one.refresh_reuses + other.refresh_reuses,
            ..Counters::default()
        }
    }

    pub(super) async fn hold_against_truth(&mut self) {
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
        let pool = self.database().await;
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
}

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
