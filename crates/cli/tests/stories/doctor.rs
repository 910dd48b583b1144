//! `drawbridge doctor` finds what *Connect* does, before anybody presses it.

use serde_json::{Value, json};

use crate::desk::Desk;
use crate::walk::outcome;

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
    let listed = vec![
        desk.sample.issuer(),
        "https://\u{430}pple.example".to_owned(),
    ];
    desk.sample
        .mcp
        .behave(|mcp| mcp.authorization_servers = Some(listed));
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
