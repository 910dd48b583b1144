//! The key in a file: only when asked for, and only if nobody else can read it.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use drawbridge_engine::vault::{KeyFileProblem, Vault, VaultChoice, VaultError};
use rstest::rstest;
use tempfile::TempDir;

fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault.key");
    (folder, path)
}

fn write(path: &Path, text: &str, mode: u32) {
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

async fn problem(path: &Path) -> KeyFileProblem {
    match Vault::open(VaultChoice::File(path.into()), false)
        .await
        .unwrap_err()
    {
        VaultError::KeyFile { problem, .. } => problem,
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_new_key_file_is_for_its_owner_alone_and_holds_the_key() {
    let (_folder, path) = place();
    let made = Vault::open(VaultChoice::NewFile(path.clone()), false)
        .await
        .unwrap();
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o7777,
        0o600
    );
    let read = Vault::open(VaultChoice::File(path.clone()), true)
        .await
        .unwrap();
    let asked_again = Vault::open(VaultChoice::NewFile(path), false)
        .await
        .unwrap();
    assert_eq!(read.fingerprint(), made.fingerprint());
    assert_eq!(asked_again.fingerprint(), made.fingerprint());
}

#[tokio::test]
async fn a_key_file_that_is_not_there_is_not_made_unasked() {
    let (_folder, path) = place();
    assert_eq!(problem(&path).await, KeyFileProblem::Missing);
    assert!(!path.exists());
}

#[tokio::test]
async fn a_key_file_that_went_away_is_a_lost_key_and_no_new_one_is_made() {
    let (_folder, path) = place();
    let refused = Vault::open(VaultChoice::NewFile(path.clone()), true)
        .await
        .unwrap_err();
    assert_eq!(refused, VaultError::LostKey);
    assert!(!path.exists());
}

#[rstest]
#[case(0o640)]
#[case(0o604)]
#[case(0o660)]
#[case(0o777)]
#[tokio::test]
async fn a_key_file_that_others_can_reach_is_refused(#[case] mode: u32) {
    let (_folder, path) = place();
    Vault::open(VaultChoice::NewFile(path.clone()), false)
        .await
        .unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    assert_eq!(problem(&path).await, KeyFileProblem::TooOpen { mode });
}

#[rstest]
#[case::empty("")]
#[case::too_short("c2hvcnQ=\n")]
#[case::not_base64("this is not a key at all\n")]
#[tokio::test]
async fn a_file_that_holds_something_else_is_refused_and_left_alone(#[case] text: &str) {
    let (_folder, path) = place();
    write(&path, text, 0o600);
    assert_eq!(problem(&path).await, KeyFileProblem::NotAKey);
    assert!(
        Vault::open(VaultChoice::NewFile(path.clone()), false)
            .await
            .is_err()
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
}

#[tokio::test]
async fn a_folder_is_no_key_file() {
    let (folder, path) = place();
    fs::create_dir(&path).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
    assert_eq!(problem(&path).await, KeyFileProblem::NotAFile);
    drop(folder);
}

#[tokio::test]
async fn a_link_is_judged_by_what_it_points_to() {
    let (folder, path) = place();
    let target = folder.path().join("elsewhere");
    write(
        &target,
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        0o644,
    );
    symlink(&target, &path).unwrap();
    assert_eq!(
        problem(&path).await,
        KeyFileProblem::TooOpen { mode: 0o644 }
    );
}

#[tokio::test]
async fn a_refusal_names_the_file_and_the_way_out() {
    let refused = Vault::open(VaultChoice::File("/nowhere/vault.key".into()), false).await;
    let refused = refused.unwrap_err();
    insta::assert_snapshot!(refused, @"The key file /nowhere/vault.key does not exist.");
    insta::assert_snapshot!(
        refused.remedy().unwrap(),
        @"Name the right file, or begin with a new key."
    );
}
