//! Servers that others wrote: `oidc-provider` in front of a server on an SDK that is not ours.

use std::process::Stdio;

use drawbridge_testkit::third_party::{Sdk, ThirdParty};
use rstest::rstest;
use serde_json::json;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};

use crate::desk::{Desk, Ran, ended};

/// Signs in somewhere else, and pastes the address where that ended.
async fn connect_by_hand(desk: &Desk, theirs: &ThirdParty, words: &[&str]) -> Ran {
    let mut child = desk.command(words).stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    let page = loop {
        let mut line = String::new();
        assert!(stderr.read_line(&mut line).await.unwrap() > 0, "{said}");
        if line.starts_with("http") {
            break line.trim().to_owned();
        }
        said.push_str(&line);
    };
    let callback = theirs.person_follow(&page).await.unwrap();
    stdin
        .write_all(format!("{callback}\n").as_bytes())
        .await
        .unwrap();
    let (mut ran, rest) = tokio::join!(ended(child), async {
        stderr.read_to_string(&mut said).await
    });
    rest.unwrap();
    ran.stderr = said;
    ran
}

// rule: R5
#[rstest]
#[case::on_the_typescript_sdk(Sdk::TypeScript)]
#[case::on_the_python_sdk(Sdk::Python)]
#[tokio::test(flavor = "multi_thread")]
async fn connect_list_call_refresh_and_revoke_at_servers_of_others(#[case] sdk: Sdk) {
    let theirs = ThirdParty::start(sdk).await.unwrap();
    let desk = Desk::start().await;
    let url = theirs.mcp_url().to_string();
    let added = desk.run(&["add", &url, "--name", "Theirs"]).await;
    assert_eq!(added.code, 0, "{added:?}");

    let words = ["connect", "Theirs", "--no-browser"];
    let connected = connect_by_hand(&desk, &theirs, &words).await;
    assert_eq!(connected.code, 0, "{connected:?}");
    assert_eq!(connected.stdout, "Connected to Theirs: 3 tools.\n");
    let (code, object) = desk.json(&["tools", "Theirs"], "tools").await;
    assert_eq!((code, &object["tools"][0]["name"]), (0, &json!("echo")));

    let echo = ["call", "Theirs", "echo", "--args"];
    let echo = [&echo[..], &[r#"{"words":"over the moat"}"#]].concat();
    let said = desk.run(&echo).await;
    assert_eq!(
        (said.code, said.stdout.trim_end()),
        (0, "over the moat"),
        "{said:?}"
    );
    let whoami = desk.run(&["call", "Theirs", "whoami"]).await;
    assert_eq!(whoami.stdout.trim_end(), "ada", "{whoami:?}");
    assert_eq!(theirs.counters().await.unwrap().refreshes, 0);

    theirs.expire_access_tokens().await.unwrap();
    assert_eq!(desk.run(&echo).await.code, 0);
    assert_eq!(theirs.counters().await.unwrap().refreshes, 1);

    theirs.revoke_grants().await.unwrap();
    let words = [&["--json"], &echo[..]].concat();
    let refused = desk.run(&words).await;
    assert_eq!(refused.error(), (3, "reauth_required".to_owned()));

    // This time the browser comes back to this computer.
    let again = desk.connect(&["connect", "Theirs"]).await;
    assert_eq!(again.code, 0, "{again:?}");
    assert_eq!(desk.run(&echo).await.code, 0);

    let (code, object) = desk.json(&["logout", "Theirs"], "one").await;
    assert_eq!(
        (code, &object["server"]["status"]),
        (0, &json!("not_signed_in"))
    );
    let counters = theirs.counters().await.unwrap();
    assert_eq!((counters.token_exchanges, counters.revocations), (2, 2));

    let stored = desk.everything_stored() + &connected.stderr + &again.stderr;
    let secrets = theirs.secrets().await.unwrap();
    assert!(secrets.len() > 8, "{}", secrets.len());
    assert!(!secrets.iter().any(|secret| stored.contains(secret)));
}
