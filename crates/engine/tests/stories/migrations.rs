//! Data folders of earlier versions: whatever was in the list is in it, and works.

use std::borrow::Cow;
use std::path::Path;

use drawbridge_engine::view::{Authorization, Event};
use drawbridge_oauth::HttpOptions;
use drawbridge_testkit::Sample;
use drawbridge_testkit::mcp::Access;
use rstest::rstest;
use sqlx::sqlite::SqliteConnectOptions;

use crate::desk::{Screen, TestClock, is_connected, limits, open, pool};

/// How many schemas there have been; each has a case below.
const SCHEMAS: usize = 9;

#[rstest]
#[case::first_light(1)]
#[case::whole_rulebook(2)]
#[case::activity(3)]
#[case::untested(4)]
#[case::facts_of_a_grant(5)]
#[case::asked_issuer(6)]
#[case::redirect_by_hand(7)]
#[case::put_off(8)]
#[case::known_to_every_process(9)]
#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_an_earlier_version_is_taken_over(#[case] schema: usize) {
    let sample = Sample::start().await;
    sample.mcp.behave(|server| server.access = Access::Open);
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), schema, sample.mcp_url().as_str()).await;

    let (surface, _screen) = Screen::new();
    let clock = TestClock::default();
    let http = HttpOptions::default();
    let engine = open(folder.path(), &clock, limits(), surface, http).await;
    let [server] = &engine.snapshot().await.unwrap().servers[..] else {
        panic!("there is one server");
    };
    assert_eq!(
        (&*server.name, &*server.description, server.timeout_seconds),
        ("Of old", "keep this", 77)
    );
    let mut events = engine.events();
    engine.start().await.unwrap();
    let connected = async {
        loop {
            if let Event::ServerChanged { server } = events.recv().await.unwrap()
                && is_connected(&server)
            {
                break;
            }
        }
    };
    let patience = std::time::Duration::from_mins(1);
    tokio::time::timeout(patience, connected).await.unwrap();
    engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_of_an_earlier_version_stands_though_nobody_knows_how_it_came_about() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), 4, "https://old.example/mcp").await;
    let file = SqliteConnectOptions::new().filename(folder.path().join("drawbridge.sqlite"));
    let pool = pool(file).await;
    for statement in [
        "UPDATE server SET auth = 'oauth'",
        r#"INSERT INTO grant (server, revision, metadata, scopes, issued_at)
           SELECT id, 7, '{"issuer":"https://as.example"}', 'read', 1000 FROM server"#,
    ] {
        sqlx::query(statement).execute(&pool).await.unwrap();
    }
    pool.close().await;

    let (surface, _screen) = Screen::new();
    let clock = TestClock::default();
    let engine = open(
        folder.path(),
        &clock,
        limits(),
        surface,
        HttpOptions::default(),
    )
    .await;
    let server = engine.snapshot().await.unwrap().servers.remove(0);
    assert_eq!(
        server.authorization,
        Authorization::SignedIn {
            expires_at: None,
            scopes: vec!["read".to_owned()],
            issuer: "https://as.example".to_owned(),
            renewable: false,
            needs: Vec::new(),
            signed_in_at: None,
            renewed_at: None,
            asked: None,
        }
    );
    engine.shutdown().await;
}

// rule: R2
#[tokio::test(flavor = "multi_thread")]
async fn a_client_of_an_earlier_version_stays_that_of_the_issuer_that_was_asked() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), 5, "https://old.example/mcp").await;
    let file = SqliteConnectOptions::new().filename(folder.path().join("drawbridge.sqlite"));
    let pool = pool(file).await;
    for statement in [
        r#"UPDATE server SET sign_in = '{"issuer":{"kind":"accepted","expected":"https://asked.example","stated":"https://stated.example"}}'"#,
        r#"INSERT INTO registration (id, server, issuer, redirect_uri, client_id, auth_method)
           SELECT value, server.id, 'https://' || value || '.example', '', 'client', 'none'
           FROM server, json_each('["stated", "exact"]')"#,
    ] {
        sqlx::query(statement).execute(&pool).await.unwrap();
    }
    sqlx::migrate!().run(&pool).await.unwrap();
    let asked: Vec<Option<String>> =
        sqlx::query_scalar("SELECT asked FROM registration ORDER BY id")
            .fetch_all(&pool)
            .await
            .unwrap();
    pool.close().await;
    assert_eq!(asked, [None, Some("https://asked.example".to_owned())]);
}

// rule: R6
#[tokio::test(flavor = "multi_thread")]
async fn a_client_of_an_earlier_version_comes_back_where_it_did() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), 6, "https://old.example/mcp").await;
    let file = SqliteConnectOptions::new().filename(folder.path().join("drawbridge.sqlite"));
    let pool = pool(file).await;
    for statement in [
        "INSERT INTO issuer (issuer, redirect) VALUES ('https://as.example', 'localhost')",
        r#"INSERT INTO registration (id, server, issuer, redirect_uri, client_id, auth_method, kind)
           SELECT key, server.id, 'https://as.example', value, 'client', 'none', 'pre_registered'
           FROM server, json_each('["http://localhost:8080/callback", "dev.drawbridge.desktop:/oauth/callback"]')"#,
    ] {
        sqlx::query(statement).execute(&pool).await.unwrap();
    }
    sqlx::migrate!().run(&pool).await.unwrap();
    let kept: Option<String> = sqlx::query_scalar("SELECT redirect_by_hand FROM server")
        .fetch_one(&pool)
        .await
        .unwrap();
    pool.close().await;
    assert_eq!(kept.as_deref(), Some("http://localhost:8080/callback"));
}

#[test]
fn every_schema_has_its_case() {
    assert_eq!(sqlx::migrate!().migrations.len(), SCHEMAS);
}

/// What a program with the first so many migrations has written.
async fn write(folder: &Path, schema: usize, url: &str) {
    let file = SqliteConnectOptions::new().filename(folder.join("drawbridge.sqlite"));
    let pool = pool(file.create_if_missing(true)).await;
    let mut migrations = sqlx::migrate!();
    migrations.migrations = Cow::Owned(migrations.migrations[..schema].to_vec());
    migrations.run(&pool).await.unwrap();
    sqlx::query(
        "INSERT INTO server (id, position, name, url, description, enabled, auth, timeout_seconds)
         VALUES ('0199a0b1c2d37e8f90a1b2c3d4e5f607', 0, 'Of old', ?, 'keep this', 1, 'none', 77)",
    )
    .bind(url)
    .execute(&pool)
    .await
    .unwrap();
    pool.close().await;
}
