//! All data as one text, and all data gone.

use std::fs;

use crate::desk::Desk;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_exported_is_imported_elsewhere() {
    let desk = Desk::signed_in().await;
    let (_, object) = desk.json(&["export"], "export").await;
    assert_eq!(object["servers"][0]["name"], "Notes");
    let plain = desk.run(&["export"]).await;
    for secret in desk.sample.auth.secrets() {
        assert!(!plain.stdout.contains(&secret));
    }

    let other = Desk::start().await;
    fs::write(other.path("all.json"), plain.stdout).unwrap();
    let added = other.run(&["import", "all.json"]).await;
    assert_eq!(added.code, 0, "{added:?}");
    let (_, list) = other.json(&["list"], "list").await;
    assert_eq!(list["servers"][0]["name"], "Notes");
    assert_eq!(list["servers"][0]["url"], desk.url());
}

#[tokio::test(flavor = "multi_thread")]
async fn all_data_are_deleted_once_that_is_meant() {
    let desk = Desk::signed_in().await;
    let refused = desk.run(&["--json", "delete-all"]).await;
    assert_eq!(refused.error(), (2, "usage".to_owned()));
    desk.sample.clear_journal();
    // What the app has remembered of a sign-in page.
    let data_dir = desk.path("data/dev.drawbridge.desktop");
    fs::create_dir_all(data_dir.join("pages/a-server")).unwrap();
    fs::write(data_dir.join("pages/a-server/cookies"), "who=ada").unwrap();

    let (_, object) = desk.json(&["delete-all", "--yes"], "delete-all").await;
    assert_eq!(object["deleted"]["servers"], 1);
    let lines = desk.sample.journal_lines();
    assert_eq!(lines, ["POST /revoke → 200", "POST /revoke → 200"]);
    let (_, list) = desk.json(&["list"], "list").await;
    assert_eq!(list["servers"].as_array().map(Vec::len), Some(0));
    assert_eq!(desk.everything_stored(), "");
    // The file was named for the run, so it is the person's.
    assert!(desk.path("key").exists());
}
