//! Answers that do not get where they should.

use std::process::Stdio;

use rstest::rstest;

use crate::desk::{Desk, Ran, ended};

async fn answering_to(desk: &Desk, words: &[&str], out: impl Into<Stdio>) -> Ran {
    ended(desk.command(words).stdout(out).spawn().unwrap()).await
}

// Whoever writes `export > backup.json && delete-all --yes` relies on it.
#[cfg(target_os = "linux")]
#[rstest]
#[case::words(&["list"])]
#[case::an_object(&["--json", "list"])]
#[case::the_export(&["export"])]
#[case::the_manual(&["man"])]
#[case::completions(&["completions", "zsh"])]
#[case::help(&["--help"])]
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_and_ends_with_one(#[case] words: &[&str]) {
    let desk = Desk::start().await;
    let full = std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let ran = answering_to(&desk, words, full).await;
    assert_eq!(ran.code, 1, "{ran:?}");
    assert_eq!(
        ran.stderr,
        "error: The answer could not be written: No space left on device (os error 28).\n"
    );
}

#[rstest]
#[case::words(&["list"])]
#[case::an_object(&["--json", "list"])]
#[case::the_manual(&["man"])]
#[case::completions(&["completions", "zsh"])]
#[case::help(&["--help"])]
#[tokio::test(flavor = "multi_thread")]
async fn who_has_read_enough_hears_no_complaint(#[case] words: &[&str]) {
    let desk = Desk::start().await;
    let (reader, pipe) = std::io::pipe().unwrap();
    drop(reader);
    let ran = answering_to(&desk, words, pipe).await;
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
}
