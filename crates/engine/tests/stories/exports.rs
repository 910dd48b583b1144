//! All data as one text, and all data gone.

use std::fs;
use std::time::Duration;

use drawbridge_engine::view::{
    AuthKind, HeaderInput, ImportEntry, ImportResult, IssuerTrust, NewServer, Preferences, Surface,
    Theme,
};
use drawbridge_engine::{Catalogue, Limits, stored_preferences};
use drawbridge_testkit::Gate;
use serde_json::Value;

use crate::desk::{Desk, Screen, limits, open};

/// Three servers that say all that can be said of one, the last two at one address.
async fn furnished() -> Desk {
    let (desk, _) = Desk::connected().await;
    let mut keyed = NewServer::at("https://keyed.example/mcp", AuthKind::Headers);
    keyed.name = Some("Keyed".to_owned());
    keyed.description = Some("of the team".to_owned());
    keyed.timeout_seconds = Some(77);
    keyed.headers.push(HeaderInput {
        name: "X-Key".to_owned(),
        value: Some("s3cret".to_owned()),
    });
    desk.engine.add_server(keyed.clone()).await.unwrap();
    keyed.name = Some("Keyed, too".to_owned());
    keyed.same_url = true;
    keyed.sign_in.surface = Some(Surface::Browser);
    keyed.sign_in.issuer = IssuerTrust::AcceptNext;
    desk.engine.add_server(keyed).await.unwrap();
    desk
}

/// What the data folder holds.
fn left(desk: &Desk) -> Vec<String> {
    let entries = fs::read_dir(desk.folder.path()).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_exported_holds_no_secret_and_comes_back_elsewhere() {
    let desk = furnished().await;
    let text = desk.engine.export().await.unwrap();
    let secrets = desk.sample.auth.secrets();
    assert!(secrets.len() > 3, "{}", secrets.len());
    for secret in secrets.iter().map(String::as_str).chain(["s3cret"]) {
        assert!(!text.contains(secret));
    }

    let elsewhere = Desk::start().await;
    elsewhere.sample.clear_journal();
    let preview = elsewhere.engine.preview_import(&text).await.unwrap();
    let told: Vec<_> = preview
        .entries
        .iter()
        .map(|entry| match entry {
            ImportEntry::Ready {
                name,
                auth,
                warnings,
                ..
            } => {
                let codes = warnings.iter().map(|warning| warning.code.as_str());
                format!("{name} {auth:?} {:?}", codes.collect::<Vec<_>>())
            }
            ImportEntry::Skipped { name, reason } => format!("{name} {}", reason.code),
        })
        .collect();
    insta::assert_snapshot!(told[1..].join("\n"), @r#"
    Keyed Some(Headers) ["header_needs_value"]
    Keyed, too Some(Headers) ["header_needs_value", "trust_left_out"]
    "#);
    let outcome = elsewhere.engine.import(&text, None).await.unwrap();
    let added = |result: &ImportResult| matches!(result, ImportResult::Added { .. });
    assert!(outcome.entries.iter().all(added), "{outcome:?}");
    assert_eq!(elsewhere.wire(), "");

    // But for what is left out, the copy says the same of itself.
    let again: Value = serde_json::from_str(&elsewhere.engine.export().await.unwrap()).unwrap();
    let mut first: Value = serde_json::from_str(&text).unwrap();
    for at in [1, 2] {
        first["servers"][at]["headers"] = Value::Array(Vec::new());
    }
    first["servers"][2]["signIn"]["issuer"] = serde_json::json!({ "kind": "exact" });
    assert_eq!(again["servers"], first["servers"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_all_data_gives_the_grant_back_and_leaves_a_first_start() {
    let desk = furnished().await;
    let mut dark = Preferences::default();
    dark.desktop.theme = Theme::Dark;
    desk.engine.set_preferences(dark.clone()).await.unwrap();
    assert_eq!(stored_preferences(desk.folder.path()).await, dark);
    let aside = "drawbridge-damaged-2026-11-24-031500.sqlite";
    for kept in [
        aside,
        "drawbridge.key.replaced",
        "drawbridge.key.replaced-2",
    ] {
        fs::write(desk.folder.path().join(kept), "an old one").unwrap();
    }
    desk.clear_wire_of(1).await;

    desk.engine.delete_all().await.unwrap();
    let wire = desk.wire();
    assert_eq!(wire, "POST /revoke → 200\nPOST /revoke → 200");
    assert_eq!(left(&desk), ["drawbridge.lock"]);
    assert!(Catalogue::open(desk.folder.path()).await.unwrap().is_none());

    let surface = Screen::new().0;
    let http = drawbridge_oauth::HttpOptions::default();
    let engine = open(desk.folder.path(), &desk.clock, limits(), surface, http).await;
    let snapshot = engine.snapshot().await.unwrap();
    assert!(snapshot.servers.is_empty());
    assert_eq!(snapshot.preferences, Preferences::default());
    engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_hurry_all_data_are_deleted_without_an_answer_of_the_authorization_server() {
    let mut desk = Desk::with_limits(Limits {
        revocation: Duration::from_hours(1),
        ..limits()
    })
    .await;
    let id = desk.add().await;
    desk.sign_in(&id).await;
    let gate = Gate::closed();
    let held = Some(gate.clone());
    desk.sample.auth.behave(|b| b.revocation_gate = held);
    let engine = desk.engine.clone();
    let deleting = tokio::spawn(async move { engine.delete_all().await });
    gate.reached(1).await;
    desk.engine.hurry();
    deleting.await.unwrap().unwrap();
    assert_eq!(left(&desk), ["drawbridge.lock"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_data_are_kept_while_another_process_is_at_work_on_them() {
    let (desk, id) = Desk::connected().await;
    let other = Catalogue::open(desk.folder.path()).await.unwrap().unwrap();
    desk.clear_wire_of(1).await;
    let refused = desk.engine.delete_all().await.unwrap_err();
    assert_eq!(refused.code(), "data_in_use");
    assert_eq!(desk.wire(), "");
    assert!(!desk.engine.tools(&id).await.unwrap().is_empty());

    other.close().await;
    desk.engine.delete_all().await.unwrap();
}
