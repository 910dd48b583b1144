//! The database, when something happened to it, as a script sees it.

use std::fs;

use crate::desk::Desk;

const DATABASE: &str = "data/dev.drawbridge.desktop/drawbridge.sqlite";

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_database_is_kept_aside_and_the_person_is_told_where() {
    let desk = Desk::signed_in().await;
    let damaged = "no database any more".repeat(1000);
    fs::write(desk.path(DATABASE), &damaged).unwrap();
    let listed = desk.run(&["--json", "list"]).await;
    assert_eq!(listed.stdout.trim(), r#"{"servers":[]}"#);
    let told = listed.stderr.trim();
    let (_, status) = desk.json(&["status"], "status").await;
    let kept = status["kept_aside"][0].as_str().unwrap();
    assert_eq!(
        told,
        format!("The database was damaged. It is kept aside as {kept}, and a new list was begun.")
    );
    assert_eq!(fs::read_to_string(kept).unwrap(), damaged);
    // It is told once, and goes on to be named.
    let listed = desk.run(&["list"]).await;
    assert_eq!((listed.code, listed.stderr.as_str()), (0, ""));
    let added = desk.run(&["add", &desk.url(), "--name", "Notes"]).await;
    assert_eq!(added.code, 0, "{added:?}");
    let connected = desk.connect(&["connect", "Notes"]).await;
    assert_eq!(connected.code, 0, "{connected:?}");
    let status = desk.run(&["status"]).await;
    assert!(status.stdout.contains(kept), "{status:?}");
}
