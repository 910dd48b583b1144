//! `drawbridge doctor` finds what *Connect* does, before anybody presses it.

use drawbridge_testkit::Sample;
use drawbridge_testkit::auth::Iss;
use drawbridge_testkit::mcp::{Challenge, Hosts, ResourceMetadataAt};
use serde_json::{Value, json};

use crate::desk::Desk;
use crate::walk::outcome;

const NO_REGISTRATION: (&str, Value) = ("registration_endpoint", Value::Null);

fn found<'a>(object: &'a Value, check: &str) -> &'a str {
    step(object, check)["found"].as_str().unwrap()
}

fn step<'a>(object: &'a Value, check: &str) -> &'a Value {
    let steps = object["steps"].as_array().unwrap();
    steps.iter().find(|step| step["check"] == check).unwrap()
}

impl Desk {
    async fn doctor(&self, server: &str) -> (i32, Value) {
        self.json(&["doctor", server], "doctor").await
    }

    fn states(&self, (member, value): (&str, Value)) {
        self.sample
            .auth
            .behave(|auth| drop(auth.metadata_patch.insert(member.to_owned(), value)));
    }
}

// rule: T8
#[tokio::test(flavor = "multi_thread")]
async fn letters_that_look_alike_are_told_as_the_network_has_them() {
    let desk = Desk::start().await;
    desk.sample.lists([
        desk.sample.issuer(),
        "https://\u{430}pple.example".to_owned(),
    ]);
    desk.states(("issuer", json!("https://g\u{43e}\u{43e}gle.example")));
    let words = ["add", &desk.url(), "--name", "Notes", "--accept-issuer"];
    assert_eq!(desk.run(&words).await.code, 0);
    let (code, object) = desk.doctor("Notes").await;
    assert_eq!(code, 0, "{object:#}");
    let protected = found(&object, "resource_metadata");
    assert!(
        protected.contains("https://xn--pple-43d.example"),
        "{protected}"
    );
    let server = found(&object, "server_metadata");
    assert!(
        server.starts_with("https://xn--ggle-55da.example: "),
        "{server}"
    );
}

// rule: N5
#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_the_server_repeats_as_its_own_name_stays_out_of_the_report() {
    let desk = Desk::start().await;
    let url = format!("{}?api_key=s3cr3t", desk.url());
    let named = url.clone();
    desk.sample.mcp.behave(|mcp| mcp.resource = Some(named));
    let (code, object) = desk.doctor(&url).await;
    assert_eq!((code, outcome(&object, "scopes")), (0, ("ok", "")));
    let protected = found(&object, "resource_metadata");
    assert!(protected.starts_with(&desk.url()), "{protected}");
    assert!(!object.to_string().contains("s3cr3t"), "{object:#}");
}

// rule: G7
#[tokio::test(flavor = "multi_thread")]
async fn more_access_that_the_server_wants_is_named_as_the_next_sign_in_asks_for_it() {
    let desk = Desk::signed_in().await;
    let (_, object) = desk.doctor("Notes").await;
    assert_eq!(outcome(&object, "scopes"), ("ok", ""));
    assert_eq!(
        found(&object, "scopes"),
        "Would be asked for: tools offline_access."
    );
    let wants_more = ["--json", "call", "Notes", "admin_report"];
    assert_eq!(desk.run(&wants_more).await.error().1, "more_access_needed");
    let wanted = "Would be asked for: tools offline_access admin. The server wants more than the \
                  sign-in gave: admin.";
    let asked = |object: &Value| {
        assert_eq!(outcome(object, "scopes"), ("note", ""));
        assert_eq!(found(object, "scopes"), wanted);
    };
    let (code, object) = desk.doctor("Notes").await;
    asked(&object);
    assert_eq!(code, 0);

    // A sign-in that does not give it leaves it to be asked for again.
    desk.sample.auth.behave(|auth| {
        auth.granted_scopes = Some(vec!["tools".into(), "offline_access".into()]);
    });
    desk.connect(&["connect", "Notes"]).await;
    let journal = desk.sample.journal();
    let page = journal.iter().rfind(|seen| seen.path == "/authorize");
    assert_eq!(page.unwrap().params["scope"], "tools offline_access admin");
    asked(&desk.doctor("Notes").await.1);

    // Another server at the same place lacks nothing.
    let (_, object) = desk.doctor(&format!("{}?another", desk.url())).await;
    assert_eq!(outcome(&object, "scopes"), ("ok", ""));
}

/// Doctor and *Connect* end at the same failure, with the same remedy, and nothing is registered.
async fn both_end_at(desk: &Desk, code: &str) {
    let (walked, object) = desk.doctor("Notes").await;
    assert_eq!(outcome(&object, "registration"), ("problem", code));
    let told = &step(&object, "registration")["problem"];
    let (ended, error) = desk
        .run(&["--json", "connect", "Notes"])
        .await
        .json("error");
    assert_eq!(walked, ended, "{object:#} {error:#}");
    for said in ["code", "message", "remedy"] {
        assert_eq!(told[said], error["error"][said]);
    }
    let (_, again) = desk.doctor("Notes").await;
    assert_eq!(again, object);
}

// rule: R1, R7
#[rstest::rstest]
#[case::no_registration(NO_REGISTRATION)]
#[case::no_way_to_authenticate((
    "token_endpoint_auth_methods_supported",
    json!(["tls_client_auth"])
))]
#[tokio::test(flavor = "multi_thread")]
async fn where_only_a_client_of_ones_own_can_help_the_address_to_register_is_told(
    #[case] stated: (&'static str, Value),
) {
    let desk = Desk::start().await;
    desk.states(stated);
    // Nothing is known of an address that is not in the list, and so nothing made up.
    let (code, object) = desk.doctor(&desk.url()).await;
    assert_eq!(code, 5);
    assert_eq!(
        outcome(&object, "registration"),
        ("problem", "client_id_needed")
    );
    let remedy = &step(&object, "registration")["problem"]["remedy"];
    let remedy = remedy.as_str().unwrap();
    assert!(remedy.contains("drawbridge add"), "{remedy}");
    assert!(!remedy.contains("127.0.0.1"), "{remedy}");

    desk.add().await;
    both_end_at(&desk, "client_id_needed").await;
    let wire = desk.sample.journal_lines().join("\n");
    assert!(!wire.contains("/register"), "{wire}");
}

// rule: R2
#[tokio::test(flavor = "multi_thread")]
async fn a_registration_that_is_kept_serves_where_no_new_one_is_to_be_had() {
    let desk = Desk::signed_in().await;
    desk.states(NO_REGISTRATION);
    let (code, object) = desk.doctor("Notes").await;
    assert_eq!((code, outcome(&object, "registration")), (0, ("ok", "")));
    desk.run(&["logout", "Notes"]).await;
    let (code, object) = desk.doctor("Notes").await;
    assert_eq!((code, outcome(&object, "registration")), (0, ("ok", "")));
    desk.sign_in().await;
}

// rule: R1
#[tokio::test(flavor = "multi_thread")]
async fn a_client_without_a_person_that_has_lost_its_secret_is_told_as_that() {
    let desk = Desk::start().await;
    desk.add_without_a_person().await;
    assert_eq!(desk.doctor("Notes").await.0, 0);
    let mut database = desk.database().await;
    sqlx::query("UPDATE server SET client_secret = NULL")
        .execute(&mut database)
        .await
        .unwrap();
    both_end_at(&desk, "credentials_missing").await;
}

// rule: A5
#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_any_metadata_is_walked_to_the_end_as_it_is_connected() {
    let desk = Desk::start().await;
    desk.sample.mcp.behave(|mcp| {
        mcp.metadata_at = ResourceMetadataAt::Nowhere;
        mcp.challenge = Challenge::BareBearer;
        mcp.hosts = Hosts::Endpoints;
    });
    desk.sample.auth.behave(|auth| auth.iss = Iss::Absent);
    let (code, object) = desk.doctor(&desk.url()).await;
    assert_eq!((code, &object["ok"]), (0, &true.into()), "{object:#}");
    for check in ["resource_metadata", "server_metadata", "pkce", "revocation"] {
        assert_eq!(outcome(&object, check), ("note", ""), "{check}");
    }
    for check in ["registration", "redirect", "scopes"] {
        assert_eq!(outcome(&object, check), ("ok", ""), "{check}");
    }
    assert_eq!(
        found(&object, "server_metadata"),
        "It publishes none. /authorize, /token and /register at its origin are used, as in MCP 2025-03-26."
    );
    let wire = desk.sample.journal_lines().join("\n");
    assert!(
        !wire.contains("/register") && !wire.contains("/authorize"),
        "{wire}"
    );
    let words = ["add", &desk.url(), "--name", "Notes", "--auth", "oauth"];
    assert_eq!(desk.run(&words).await.code, 0);
    desk.sign_in().await;
    let (_, object) = desk.doctor("Notes").await;
    assert_eq!(
        found(&object, "registration"),
        "The registration of an earlier sign-in is used."
    );
}

// rule: D8
#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_server_that_is_passed_over_is_named_with_the_one_that_is_taken() {
    let desk = Desk::start().await;
    let other = Sample::start().await;
    other.auth.behave(|auth| {
        let (member, value) = NO_REGISTRATION;
        auth.metadata_patch.insert(member.to_owned(), value);
    });
    desk.sample.lists([other.issuer(), desk.sample.issuer()]);
    desk.add().await;
    let (code, object) = desk.doctor("Notes").await;
    assert_eq!((code, outcome(&object, "registration")), (0, ("ok", "")));
    assert_eq!(outcome(&object, "server_metadata"), ("note", ""));
    let server = found(&object, "server_metadata");
    let taken = format!("{}: sign-in at", desk.sample.issuer());
    assert!(server.starts_with(&taken), "{server}");
    let passed = format!("{} does not let apps register themselves.", other.issuer());
    assert!(server.ends_with(&passed), "{server}");
    desk.sign_in().await;
    let (_, object) = desk.doctor("Notes").await;
    assert_eq!(outcome(&object, "server_metadata"), ("ok", ""));
}
