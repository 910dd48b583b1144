//! `drawbridge doctor` and `drawbridge report`

use drawbridge_testkit::mcp::{Access, ResourceMetadataAt};
use drawbridge_testkit::{Canned, Sample};
use serde_json::Value;

use crate::desk::Desk;

pub(crate) fn outcome<'a>(object: &'a Value, check: &str) -> (&'a str, &'a str) {
    let steps = object["steps"].as_array().unwrap();
    let step = steps.iter().find(|step| step["check"] == check).unwrap();
    (
        step["outcome"].as_str().unwrap(),
        step["problem"]["code"].as_str().unwrap_or_default(),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_good_server_has_nothing_in_the_way_and_is_left_alone() {
    let desk = Desk::start().await;
    let (code, object) = desk.json(&["doctor", &desk.url()], "doctor").await;
    assert_eq!((code, &object["ok"]), (0, &true.into()), "{object:#}");
    for check in [
        "reach",
        "probe",
        "challenge",
        "resource_metadata",
        "server_metadata",
        "pkce",
    ] {
        assert_eq!(outcome(&object, check), ("ok", ""), "{check}");
    }
    for check in ["registration", "redirect", "scopes", "revocation"] {
        assert_eq!(outcome(&object, check), ("ok", ""), "{check}");
    }
    let wire = desk.sample.journal_lines().join("\n");
    assert!(
        !wire.contains("/register") && !wire.contains("/authorize"),
        "{wire}"
    );
    let (_, list) = desk.json(&["list"], "list").await;
    assert_eq!(list["servers"], serde_json::json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_end_a_sign_in_is_named_with_what_to_do() {
    let desk = Desk::start().await;
    desk.sample
        .auth
        .behave(|auth| auth.code_challenge_methods = None);
    let (code, object) = desk.json(&["doctor", &desk.url()], "doctor").await;
    assert_eq!((code, &object["ok"]), (5, &false.into()));
    assert_eq!(outcome(&object, "pkce"), ("problem", "pkce_unstated"));
    assert_eq!(outcome(&object, "registration"), ("skipped", ""));
    let words = ["add", &desk.url(), "--name", "Lax", "--allow-missing-pkce"];
    assert_eq!(desk.run(&words).await.code, 0);
    let (code, object) = desk.json(&["doctor", "lax"], "doctor").await;
    assert_eq!((code, outcome(&object, "pkce")), (0, ("note", "")));
    let said = desk.run(&["doctor", "lax"]).await;
    assert!(
        said.stdout.contains("Nothing stands in the way"),
        "{said:?}"
    );
}

// rule: R6
#[tokio::test(flavor = "multi_thread")]
async fn a_client_registered_by_hand_has_its_own_address_to_come_back_to() {
    let desk = Desk::start().await;
    let words = [
        "add",
        &desk.url(),
        "--name",
        "Own",
        "--client-id",
        "by-hand",
    ];
    assert_eq!(desk.run(&words).await.code, 0);
    let said = desk.run(&["doctor", "own"]).await.stdout;
    let list = desk.json(&["list"], "list").await.1;
    let id = list["servers"][0]["id"].as_str().unwrap();
    let mut database = desk.database().await;
    let keep = "UPDATE server SET redirect_by_hand = 'http://localhost:4321/back' WHERE id = ?";
    sqlx::query(keep)
        .bind(id)
        .execute(&mut database)
        .await
        .unwrap();
    let kept = desk.run(&["doctor", "own"]).await.stdout;
    let first = said.lines().find(|line| line.contains("/callback, which"));
    let first = first.expect(&said);
    assert!(first.contains("http://127.0.0.1:2"), "{first}");
    assert!(kept.contains("http://localhost:4321/back, which"), "{kept}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_there_is_told_as_that() {
    let desk = Desk::start().await;
    let (code, object) = desk
        .json(&["doctor", "http://127.0.0.1:9/mcp"], "doctor")
        .await;
    assert_eq!(
        (code, outcome(&object, "reach")),
        (4, ("problem", "unreachable"))
    );
}

// rule: D1
#[rstest::rstest]
#[case::a_page_that_forbids(403)]
#[case::no_such_method(405)]
#[case::trouble(500)]
#[tokio::test(flavor = "multi_thread")]
async fn a_first_answer_that_says_nothing_ends_the_walk_where_no_metadata_is_found(
    #[case] status: u16,
) {
    let desk = Desk::start().await;
    let says_nothing = || {
        let page = ("initialize".to_owned(), Canned::html(status));
        desk.sample.mcp.behave(|b| b.method_answers.push_back(page));
    };
    says_nothing();
    let (code, object) = desk.json(&["doctor", &desk.url()], "doctor").await;
    assert_eq!((code, &object["ok"]), (0, &true.into()), "{object:#}");
    assert_eq!(outcome(&object, "probe"), ("note", ""));
    assert_eq!(outcome(&object, "resource_metadata"), ("ok", ""));

    // A sign-in gets as far.
    let words = ["add", &desk.url(), "--name", "Notes", "--auth", "oauth"];
    assert_eq!(desk.run(&words).await.code, 0);
    says_nothing();
    desk.sign_in().await;

    desk.sample
        .mcp
        .behave(|mcp| mcp.metadata_at = ResourceMetadataAt::Nowhere);
    says_nothing();
    let (code, object) = desk.json(&["doctor", &desk.url()], "doctor").await;
    assert_eq!((code, &object["ok"]), (5, &false.into()), "{object:#}");
    assert_eq!(outcome(&object, "probe"), ("problem", "not_mcp"));
    assert_eq!(outcome(&object, "server_metadata"), ("skipped", ""));
}

// rule: D3
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_offers_no_sign_in_is_told_as_that() {
    let desk = Desk::start().await;
    desk.sample.mcp.behave(|mcp| {
        mcp.access = Access::Open;
        mcp.metadata_at = ResourceMetadataAt::Nowhere;
    });
    let words = ["add", &desk.url(), "--name", "Notes", "--auth", "oauth"];
    assert_eq!(desk.run(&words).await.code, 0);
    let (code, error) = desk.run(&["--json", "connect", "Notes"]).await.error();
    assert_eq!(error, "no_sign_in_offered");
    let (walked, object) = desk.json(&["doctor", "Notes"], "doctor").await;
    assert_eq!(outcome(&object, "probe"), ("problem", error.as_str()));
    assert_eq!(walked, code);
}

// rule: R2, D8
#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_is_bound_to_its_issuer_is_walked_there_and_shown_to_no_other() {
    let desk = Desk::start().await;
    let other = Sample::start().await;
    let lists = |issuers: Vec<String>| {
        desk.sample
            .mcp
            .behave(|mcp| mcp.authorization_servers = Some(issuers));
    };
    desk.add_without_a_person().await;
    assert_eq!(desk.run(&["connect", "Notes"]).await.code, 0);

    lists(vec![other.issuer(), desk.sample.issuer()]);
    let (code, object) = desk.json(&["doctor", "Notes"], "doctor").await;
    assert_eq!(code, 0, "{object:#}");
    assert!(
        object
            .to_string()
            .contains(&format!("{}: sign-in at", desk.sample.issuer())),
        "{object:#}"
    );
    assert!(other.journal().is_empty());

    lists(vec![other.issuer()]);
    let (walked, object) = desk.json(&["doctor", "Notes"], "doctor").await;
    let found = outcome(&object, "registration");
    assert_eq!(found, ("problem", "client_of_another_issuer"));
    desk.run(&["logout", "Notes"]).await;
    let (code, error) = desk.run(&["--json", "connect", "Notes"]).await.error();
    assert_eq!((code, error.as_str()), (walked, "client_of_another_issuer"));
}

// rule: D8
#[tokio::test(flavor = "multi_thread")]
async fn the_sign_in_server_that_was_chosen_before_is_walked_first() {
    let desk = Desk::signed_in().await;
    let other = Sample::start().await;
    desk.sample.lists([other.issuer(), desk.sample.issuer()]);
    let (code, object) = desk.json(&["doctor", "Notes"], "doctor").await;
    assert_eq!((code, outcome(&object, "server_metadata")), (0, ("ok", "")));
    assert!(other.journal().is_empty());
    // One that is not in the list has chosen nobody.
    desk.json(&["doctor", &format!("{}?another", desk.url())], "doctor")
        .await;
    assert!(!other.journal().is_empty());
}

// rule: N5
#[tokio::test(flavor = "multi_thread")]
async fn a_key_in_the_address_or_in_a_header_stays_out_of_the_report() {
    let desk = Desk::start().await;
    desk.sample.mcp.behave(|mcp| {
        mcp.access = Access::Open;
        mcp.metadata_at = ResourceMetadataAt::Nowhere;
    });
    let url = format!("{}?api_key=s3cr3t", desk.url());
    let (code, object) = desk.json(&["doctor", &url], "doctor").await;
    assert_eq!(code, 0, "{object:#}");
    assert_eq!(outcome(&object, "server_metadata"), ("skipped", ""));
    assert!(!object.to_string().contains("s3cr3t"), "{object:#}");
}

/// All of a report but the second in which it was written.
fn but_when(report: &str) -> Vec<&str> {
    let lines = report.trim_end().lines();
    lines
        .filter(|line| !line.starts_with("- Written: "))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_tells_the_sign_in_of_an_earlier_command() {
    let desk = Desk::signed_in().await;
    let (code, object) = desk.json(&["report", "Notes"], "report").await;
    assert_eq!(code, 0);
    let report = object["report"].as_str().unwrap();
    for said in [
        "## Last connection",
        "Token exchange: ok",
        "/token → 200",
        "Renewable: yes",
    ] {
        assert!(report.contains(said), "{said}: {report}");
    }
    let (code, error) = desk.run(&["--json", "report", "nobody"]).await.error();
    assert_eq!((code, error.as_str()), (2, "unknown_server"));
    let again = desk.run(&["report", "Notes"]).await.stdout;
    assert_eq!(but_when(&again), but_when(report));
}
