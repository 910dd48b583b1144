//! The keychain is absent, locked, or has lost the key.

use anyhow::{Result, ensure};
use drawbridge_desk::Desk;

use crate::{
    accessible::look,
    story::{APP, Story},
};

#[tokio::test(flavor = "multi_thread")]
async fn without_a_keychain_a_key_file_is_the_persons_choice() -> Result<()> {
    let desk = Desk::without_keychain().await?;
    let app = desk.app(APP).launch().await?;
    app.see("vault-banner").await?;
    ensure!(
        !has_key_file(&desk),
        "a key file was made before anybody chose it"
    );
    app.click("vault-use-file").await?;
    app.see("key-sheet").await?;
    look(&app, "keychain-file").await?;
    app.click("confirm-key").await?;
    app.see_gone("vault-banner").await?;
    ensure!(has_key_file(&desk));
    app.quit().await?;
    let story = Story::on(desk, |app| app).await?;
    story.sign_in().await?;
    story.end().await
}

fn has_key_file(desk: &Desk) -> bool {
    desk.data_home()
        .join("dev.drawbridge.desktop/drawbridge.key")
        .exists()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_keychain_loses_nothing_and_try_again_goes_on() -> Result<()> {
    let story = Story::begin().await?;
    story.sign_in().await?;
    let Story {
        sample,
        app,
        mut desk,
        server,
    } = story;
    app.quit().await?;
    desk.lock_keychain().await?;
    let app = desk.app(APP).launch().await?;
    app.see("vault-banner").await?;
    look(&app, "keychain-locked").await?;
    desk.unlock_keychain().await?;
    app.click("vault-retry").await?;
    app.wait_for_status(&server, "connected").await?;
    app.see_gone("vault-banner").await?;
    Story {
        sample,
        app,
        desk,
        server,
    }
    .end()
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_key_is_told_and_a_new_one_leads_to_a_new_sign_in() -> Result<()> {
    let story = Story::begin().await?;
    story.sign_in().await?;
    let Story {
        sample,
        app,
        desk,
        server,
    } = story;
    app.quit().await?;
    let cleared = desk
        .command("secret-tool")
        .args(["clear", "service", "dev.drawbridge.desktop"])
        .status()
        .await?;
    ensure!(cleared.success());
    let app = desk.app(APP).launch().await?;
    let banner = app.see("vault-banner").await?;
    ensure!(banner.attr("data-code").await?.as_deref() == Some("vault_lost_key"));
    app.click("vault-use-new").await?;
    app.see("key-sheet").await?;
    look(&app, "keychain-lost").await?;
    app.click("confirm-key").await?;
    app.see_gone("vault-banner").await?;
    app.wait_for_status(&server, "sign_in_again").await?;
    app.connect(&server).await?;
    let story = Story {
        sample,
        app,
        desk,
        server,
    };
    story.sign_in().await?;
    story.end().await
}
