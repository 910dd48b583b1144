//! `drawbridge doctor` and `drawbridge report`

use drawbridge_testkit::mcp::{Access, ResourceMetadataAt};
use serde_json::Value;

use crate::desk::Desk;

fn outcome<'a>(object: &'a Value, check: &str) -> (&'a str, &'a str) {
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
