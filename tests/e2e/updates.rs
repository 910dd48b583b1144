//! A newer version: from the question whether to look for one to the program that has taken its place.

#[path = "../updates/maker.rs"]
mod maker;
#[path = "../updates/server.rs"]
mod server;

use std::{fs, os::unix::fs::PermissionsExt as _};

use anyhow::{Result, ensure};
use drawbridge_desk::{Desk, wait_until};
use tokio::task::spawn_blocking;

use self::{maker::Maker, server::UpdateServer};
use crate::{accessible::look, desktop::prefer, story::Story};

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_version_is_shown_after_the_sign_in_installed_and_begun() -> Result<()> {
    let maker = Maker::new();
    let server = spawn_blocking(UpdateServer::start).await?;
    // Tells by one word that it was begun.
    let package = fs::read("/bin/uname")?;
    server.announce("0.2.0", &package, &maker.sign(&package, "0.2.0"));

    let desk = Desk::start().await?;
    let program = desk.home().join("Drawbridge.AppImage");
    fs::write(&program, maker::package("0.1.0"))?;
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755))?;
    let story = Story::on(desk, |app| {
        app.env("APPIMAGE", &program)
            .env("DRAWBRIDGE_UPDATES", server.endpoint().as_str())
            .env("DRAWBRIDGE_UPDATE_KEY", maker.key())
    })
    .await?;
    let app = &story.app;

    // A sign-in waits in its window while the person agrees.
    prefer(app, &["prefer-updates"]).await?;
    app.click("preferences").await?;
    app.see_text("update-state", "Waiting for your sign-in")
        .await?;
    look(app, "update-waits").await?;
    ensure!(server.seen().is_empty());
    let cancel = "document.querySelector('[data-testid=preferences-sheet]').close(); return true";
    app.wait_in_page("the preferences to close", cancel).await?;
    story.sign_in().await?;

    app.see("update-banner").await?;
    look(app, "update-banner").await?;
    app.click("update-show").await?;
    app.see_text("update-sheet", "Drawbridge 0.2.0").await?;
    app.see_text("update-sheet", "goes up as well").await?;
    look(app, "update-offer").await?;
    let [seen] = &server.seen()[..] else {
        anyhow::bail!("asked more than once");
    };
    let name = format!("Drawbridge/{}", env!("CARGO_PKG_VERSION"));
    ensure!(seen.headers["user-agent"] == name);

    app.click("update-install").await?;
    // First of all: with the driver of the old program ends whatever that one has begun.
    wait_until("the new program to speak", async || {
        let said = app.output()?;
        Ok(said.lines().any(|line| line == "Linux").then_some(()))
    })
    .await?;
    ensure!(fs::read(&program)? == package);
    ensure!(server.targets() == ["/latest.json", "/package"]);
    story.app.ended().await
}
