//! Where only a client of one's own can help, what the command says to do is enough.

use serde_json::{Value, json};

use crate::desk::Desk;

/// What stands in `text` between the two.
fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = text.split_once(before).unwrap();
    rest.split_once(after).unwrap().0
}

// rule: R1, R6
#[tokio::test(flavor = "multi_thread")]
async fn who_registers_an_app_and_adds_the_server_again_as_told_signs_in() {
    let desk = Desk::start().await;
    desk.sample.auth.behave(|auth| {
        auth.metadata_patch
            .insert("registration_endpoint".into(), Value::Null);
    });
    desk.add().await;
    let refused = desk.run(&["--json", "connect", "Notes"]).await;
    let (code, error) = refused.json("error");
    assert_eq!(
        (code, &error["error"]["code"]),
        (5, &json!("client_id_needed"))
    );
    let remedy = error["error"]["remedy"].as_str().unwrap();
    assert!(!remedy.contains("settings"), "{remedy}");
    let redirect = between(remedy, "with the redirect URI ", ";");
    let way: Vec<&str> = between(remedy, "and with ", ".")
        .split_whitespace()
        .collect();

    let (id, _) = desk.sample.auth.add_client(redirect, "none");
    assert_eq!(desk.run(&["remove", "Notes"]).await.code, 0);
    let url = desk.url();
    let words = ["add", &url, "--name", "Notes", "--client-id", &id];
    let added = desk.run(&[&words[..], &way].concat()).await;
    assert_eq!(added.code, 0, "{added:?}");
    desk.sign_in().await;
}
