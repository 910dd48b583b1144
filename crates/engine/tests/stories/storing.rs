//! A renewal and a disk that does not take it: the old token is not spent for nothing, and the new
//! one is neither used nor lost (rule G4).

use std::time::Duration;

use drawbridge_engine::view::{Authorization, Connection, ServerView};
use drawbridge_engine::{Limits, ServerId};
use drawbridge_testkit::Gate;
use sqlx::Sqlite;
use sqlx::pool::PoolConnection;

use crate::desk::{Desk, is_connected, limits};
use crate::neighbours::beside;
use crate::two_processes::{greet, second};

/// Does not wait for ever for somebody who holds the database; the lines of one engine wait for each
/// other, too.
fn impatient() -> Limits {
    Limits {
        database: Duration::from_secs(2),
        ..limits()
    }
}

async fn connected() -> (Desk, ServerId) {
    let mut desk = Desk::with_limits(impatient()).await;
    let id = desk.add().await;
    desk.sign_in(&id).await;
    (desk, id)
}

/// Another program writes, and does not come to an end.
struct Holder(PoolConnection<Sqlite>);

impl Holder {
    async fn of(desk: &Desk) -> Self {
        let mut connection = desk.database().await.acquire().await.unwrap();
        sqlx::query("BEGIN EXCLUSIVE")
            .execute(&mut *connection)
            .await
            .unwrap();
        Self(connection)
    }

    async fn ends(mut self) {
        sqlx::query("COMMIT").execute(&mut *self.0).await.unwrap();
    }
}

/// A refresh whose answer has come, and cannot be stored.
async fn unstored(desk: &mut Desk, id: &ServerId) -> Holder {
    let gate = Gate::closed();
    let held = gate.clone();
    desk.sample
        .auth
        .behave(|b| b.token_answer_gate = Some(held));
    desk.sample.auth.expire_access_tokens();
    let caller = tokio::spawn({
        let (engine, id) = (desk.engine.clone(), id.clone());
        async move { greet(&engine, &id, "unstored").await }
    });
    gate.reached(1).await;
    let holder = Holder::of(desk).await;
    gate.open();
    assert_eq!(caller.await.unwrap(), Err("sign_in_unavailable"));
    desk.wait_for(id, is_retrying).await;
    holder
}

/// The turn to try again does not come in this run: a clock that is put right by less than a minute was not
/// set back, and all waits as it did.
fn brings_no_next_try(desk: &Desk) {
    desk.clock.advance(-50);
}

fn is_retrying(server: &ServerView) -> bool {
    waits_for(server, "database_busy")
}

fn waits_for(server: &ServerView, code: &str) -> bool {
    matches!(&server.connection, Connection::Retrying { error, .. } if error.code == code)
}

fn counted(desk: &Desk) -> (usize, usize) {
    let counters = desk.sample.auth.counters();
    (counters.refreshes, counters.refresh_reuses)
}

// rule: G4
#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_that_could_not_be_stored_is_not_sent() {
    let (mut desk, id) = connected().await;
    let holder = Holder::of(&desk).await;
    desk.sample.auth.expire_access_tokens();
    assert_eq!(
        greet(&desk.engine, &id, "1").await,
        Err("sign_in_unavailable")
    );
    let view = desk.wait_for(&id, is_retrying).await;
    assert!(matches!(view.authorization, Authorization::SignedIn { .. }));
    assert_eq!(counted(&desk), (0, 0));
    holder.ends().await;
    desk.clock.advance(60);
    greet(&desk.engine, &id, "2").await.unwrap();
    desk.wait_for(&id, is_connected).await;
    assert_eq!(counted(&desk), (1, 0));
}

// rule: G1, G5
#[tokio::test(flavor = "multi_thread")]
async fn a_lock_that_cannot_be_taken_is_told_and_tried_for_with_pauses() {
    let (mut desk, id) = connected().await;
    // Not even the owner of everything makes a file in what is no folder.
    let place = desk.folder.path().join("locks");
    std::fs::remove_dir_all(&place).ok();
    std::fs::write(&place, "").unwrap();
    let before = desk.clock.looks();
    // Its renewal is due, and the token is still good.
    desk.clock.advance(3_590);
    desk.engine.woke();
    desk.clock.advance(10);
    let view = desk
        .wait_for(&id, |server| waits_for(server, "data_folder"))
        .await;
    assert!(matches!(view.authorization, Authorization::SignedIn { .. }));
    assert_eq!(
        greet(&desk.engine, &id, "1").await,
        Err("sign_in_unavailable")
    );
    std::fs::remove_file(&place).unwrap();
    desk.wait_for(&id, is_connected).await;
    assert_eq!(greet(&desk.engine, &id, "2").await, Ok(()));
    assert_eq!(counted(&desk), (1, 0));
    let looks = desk.clock.looks() - before;
    assert!(looks < 500, "{looks} looks at the clock");
}

// rule: G1, G4
#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_could_not_be_stored_is_not_used_nor_is_the_old_one_spent_again() {
    let (mut desk, id) = connected().await;
    let limits = Limits {
        refresh_wait: Duration::from_secs(2),
        ..impatient()
    };
    let other = second(&desk, limits, &id).await;
    let holder = unstored(&mut desk, &id).await;
    assert_eq!(greet(&other, &id, "1").await, Err("sign_in_unavailable"));
    assert_eq!(counted(&desk), (1, 0));
    holder.ends().await;
    desk.clock.advance(60);
    greet(&desk.engine, &id, "2").await.unwrap();
    greet(&other, &id, "3").await.unwrap();
    assert_eq!(counted(&desk), (1, 0));
    other.shutdown().await;
}

// rule: G4
#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_stored_is_stored_before_the_program_ends() {
    let (mut desk, id) = connected().await;
    let holder = unstored(&mut desk, &id).await;
    brings_no_next_try(&desk);
    holder.ends().await;
    desk.restart().await;
    desk.wait_for(&id, is_connected).await;
    greet(&desk.engine, &id, "1").await.unwrap();
    assert_eq!(counted(&desk), (1, 0));
}

// rule: G11
#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_stored_is_given_back_when_the_person_signs_out() {
    let (mut desk, id) = connected().await;
    let holder = unstored(&mut desk, &id).await;
    brings_no_next_try(&desk);
    holder.ends().await;
    desk.engine.sign_out(&id).await.unwrap();
    desk.restart().await;
    let journal = desk.sample.journal().into_iter();
    let given_back = journal.filter(|seen| seen.path == "/revoke").count();
    // Two of what was stored, two of what was not.
    assert_eq!(given_back, 4);
    desk.sign_in(&id).await;
}

// rule: G11
#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_stored_is_given_back_although_somebody_looks_at_it() {
    let (mut desk, id) = connected().await;
    let holder = unstored(&mut desk, &id).await;
    brings_no_next_try(&desk);
    holder.ends().await;
    let mut pause = desk.clock.pause();
    desk.engine.network_changed();
    pause.reached().await;
    desk.engine.sign_out(&id).await.unwrap();
    pause.end();
    desk.sample
        .seen_times(4, |seen| seen.path == "/revoke")
        .await;
}

// rule: G1, G11
#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_stored_stands_in_nobodys_way_after_a_sign_in_elsewhere() {
    let (mut desk, id) = connected().await;
    desk.engine.start().await.unwrap();
    let holder = unstored(&mut desk, &id).await;
    brings_no_next_try(&desk);
    holder.ends().await;
    let mut other = beside(&desk).await;
    other.engine.sign_in_again(&id).await.unwrap();
    let callback = other.callback().await;
    other.receive(&callback, &desk.sample.mcp).await;
    let given_back = desk.sample.seen(|seen| seen.path == "/revoke");
    let given_back = tokio::time::timeout(Duration::from_mins(1), given_back);
    given_back.await.expect("a revocation within a minute");
    desk.sample.auth.expire_access_tokens();
    assert_eq!(greet(&other.engine, &id, "1").await, Ok(()));
    assert_eq!(counted(&desk), (2, 0));
    other.engine.shutdown().await;
}
