//! A database that fails for a moment: what was to be done is done later, neither given up nor tried
//! without a pause.

use std::time::Duration;

use drawbridge_engine::Limits;
use drawbridge_engine::view::{Authorization, ServerView};

use crate::desk::{Desk, limits, until};

fn end(server: &ServerView) -> Option<i64> {
    match server.authorization {
        Authorization::SignedIn { expires_at, .. } => expires_at,
        _ => None,
    }
}

// rule: G3
#[tokio::test(flavor = "multi_thread")]
async fn a_grant_that_could_not_be_read_once_is_renewed_all_the_same() {
    let soon = Limits {
        last_retry: Duration::from_millis(20),
        ..limits()
    };
    let mut desk = Desk::with_limits(soon).await;
    let id = desk.add().await;
    desk.sign_in(&id).await;
    let first = end(&desk.view(&id).await);
    let database = desk.database().await;
    let rename = async |statement| {
        sqlx::raw_sql(statement).execute(&database).await.unwrap();
    };
    rename("ALTER TABLE grant RENAME TO elsewhere").await;
    // Whoever keeps the session looks when the renewal is due.
    desk.engine.woke();
    for _ in 0..50 {
        desk.engine.snapshot().await.unwrap_err();
    }
    desk.clock.advance(3_590);
    rename("ALTER TABLE elsewhere RENAME TO grant").await;
    desk.wait_for(&id, |server| end(server) > first).await;
}

// rule: G6
#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_a_grant_that_the_disk_does_not_take_is_not_tried_without_a_pause() {
    let patient = Limits {
        first_retry: Duration::from_mins(30),
        ..limits()
    };
    let mut desk = Desk::with_limits(patient).await;
    let id = desk.add().await;
    desk.sign_in(&id).await;
    sqlx::raw_sql(
        "UPDATE grant SET access_token = zeroblob(60);
         CREATE TABLE try (number INTEGER);
         CREATE TRIGGER full BEFORE UPDATE OF reauth_reason ON grant
         BEGIN INSERT INTO try VALUES (1); SELECT RAISE(FAIL, 'disk full'); END",
    )
    .execute(&desk.database().await)
    .await
    .unwrap();
    desk.clock.advance(3_590);
    desk.engine.woke();
    let tries = async || desk.stored::<i64>("SELECT COUNT(*) FROM try").await;
    until("the grant is found to be over", async || tries().await > 0).await;
    for _ in 0..50 {
        desk.engine.snapshot().await.unwrap();
    }
    assert_eq!(tries().await, 1);
}
