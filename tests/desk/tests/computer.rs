//! The desk itself: what a test may rely on before any app is open.

use std::{process::Stdio, time::Duration};

use anyhow::{Context as _, Result};
use drawbridge_desk::Desk;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    time::timeout,
};

/// Stores a secret; answers whether that worked.
async fn remember(desk: &Desk, secret: &str) -> Result<bool> {
    let mut command = desk.command("secret-tool");
    command.args(["store", "--label", "test", "what", "test"]);
    let mut child = command.stdin(Stdio::piped()).spawn()?;
    let mut input = child.stdin.take().context("no pipe")?;
    // It may have given up already.
    let _ = input.write_all(secret.as_bytes()).await;
    drop(input);
    Ok(child.wait().await?.success())
}

async fn recall(desk: &Desk) -> Result<String> {
    let mut command = desk.command("secret-tool");
    command
        .args(["lookup", "what", "test"])
        .stdout(Stdio::piped());
    Ok(String::from_utf8(command.output().await?.stdout)?)
}

#[tokio::test]
async fn the_keychain_is_open_from_the_start() -> Result<()> {
    let desk = Desk::start().await?;
    assert!(remember(&desk, "hush").await?);
    assert_eq!(recall(&desk).await?, "hush");
    Ok(())
}

#[tokio::test]
async fn a_locked_keychain_takes_nothing_and_has_what_it_held_when_it_is_open_again() -> Result<()>
{
    let mut desk = Desk::start().await?;
    assert!(remember(&desk, "hush").await?);
    desk.lock_keychain().await?;
    assert!(!remember(&desk, "other").await?);
    desk.unlock_keychain().await?;
    assert_eq!(recall(&desk).await?, "hush");
    Ok(())
}

#[tokio::test]
async fn a_desk_without_a_keychain_gets_none_on_demand() -> Result<()> {
    let desk = Desk::without_keychain().await?;
    assert!(!remember(&desk, "hush").await?);
    Ok(())
}

#[tokio::test]
async fn two_desks_know_nothing_of_each_other() -> Result<()> {
    let (one, other) = tokio::try_join!(Desk::start(), Desk::start())?;
    assert_ne!(one.home(), other.home());
    assert_ne!(one.environment(), other.environment());
    assert!(remember(&one, "hush").await?);
    assert_eq!(recall(&other).await?, "");
    Ok(())
}

#[tokio::test]
async fn nothing_outlives_its_desk() -> Result<()> {
    let desk = Desk::start().await?;
    let mut sleeper = desk.command("sh");
    sleeper.args(["-c", "sleep 600 & echo; wait"]);
    let mut sleeper = desk.spawn(sleeper.stdout(Stdio::piped()))?;
    let mut told = sleeper.child().stdout.take().context("no pipe")?;
    // The shell has come as far.
    told.read_u8().await?;
    let home = desk.home().to_owned();
    drop(desk);
    assert!(!home.exists(), "the home folder is still there");
    sleeper.child().wait().await?;
    // Open for as long as one of the two lives.
    let mut rest = Vec::new();
    let ended = timeout(Duration::from_mins(1), told.read_to_end(&mut rest));
    ended.await.context("the sleeper goes on")??;
    Ok(())
}
