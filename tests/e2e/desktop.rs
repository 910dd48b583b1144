//! The app as a part of its desktop: in the tray, at login, in notifications, and in its looks.

use std::{fs, path::Path};

use anyhow::{Context as _, Result, ensure};
use drawbridge_desk::{
    App, AppBuilder, Desk, Notifier, Panel, Picture, Screen, in_time, wait_until,
};
use drawbridge_testkit::{Sample, mcp::Access};
use serde_json::json;

use crate::{
    accessible::look,
    callbacks::refused,
    story::{APP, Story},
};

/// Opens the preferences, clicks these and saves.
pub(crate) async fn prefer(app: &App, choices: &[&str]) -> Result<()> {
    app.click("preferences").await?;
    // What the desktop answers changes the words, and where they stand.
    let answered = "return !document.querySelector('[data-testid=prefer-login]').disabled";
    app.wait_in_page("what the desktop offers", answered)
        .await?;
    for choice in choices {
        app.click(choice).await?;
    }
    app.click("preferences-save").await?;
    app.see_gone("preferences-sheet").await
}

/// Waits until the whole page has this colour behind it.
async fn is_dressed(app: &App, theme: &str, colour: &str) -> Result<()> {
    let is = "return document.documentElement.dataset.theme === args[0]
        && getComputedStyle(document.body).backgroundColor === args[1]";
    let values = [json!(theme), json!(colour)];
    app.wait_in_page_with(&format!("{theme} colours"), is, &values)
        .await?;
    Ok(())
}

/// Waits until the page is in this language, and says this.
async fn speaks(app: &App, language: &str, words: &str) -> Result<()> {
    let does = "return document.documentElement.lang === args[0]
        && document.body.innerText.includes(args[1])";
    let values = [json!(language), json!(words)];
    app.wait_in_page_with(&format!("{words:?} in {language}"), does, &values)
        .await?;
    Ok(())
}

/// Presses Ctrl+Q.
async fn leave_by_the_keyboard(app: &App) -> Result<()> {
    app.focus_main().await?;
    let page = app.see("add-server").await?;
    // It may be gone before this could be answered.
    let _ = page.send_keys("\u{e009}q").await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tray_tells_who_needs_the_person_and_leads_there() -> Result<()> {
    let desk = Desk::start().await?;
    let panel = Panel::start(&desk).await?;
    let story = Story::on(desk, |app| app).await?;
    story.sign_in().await?;
    panel.wait_for_tip("Drawbridge").await?;
    let calm = ["Show Drawbridge", "Quit"];
    panel.wait_for_lines(&calm).await?;

    story.sample.auth.revoke_grants();
    ensure!(story.greet().await?.as_deref() == Some("reauth_required"));
    panel.wait_for_tip("a server needs you").await?;
    story.app.click("tab-settings").await?;
    panel.choose("again").await?;
    story.app.see("detail-status").await?;
    story.sign_in().await?;
    ensure!(story.greet().await?.is_none());
    panel.wait_for_lines(&calm).await?;
    panel.choose("Quit").await?;
    story.app.ended().await
}

#[tokio::test(flavor = "multi_thread")]
async fn kept_in_the_tray_it_works_on_and_comes_back_when_it_is_asked_for() -> Result<()> {
    let desk = Desk::start().await?;
    let panel = Panel::start(&desk).await?;
    let story = Story::on(desk, |app| app).await?;
    story.sign_in().await?;
    prefer(&story.app, &["prefer-tray"]).await?;
    story.app.close_window().await?;
    ensure!(story.app.lives(), "it ended with its window");

    // A second start.
    let second = story.desk.app(APP).run()?;
    story.app.see_window().await?;
    drop(second);
    story.app.close_window().await?;
    panel.click().await?;
    story.app.see_window().await?;
    ensure!(story.greet().await?.is_none());

    // Neither a session that is restored nor a link that nobody waits for wants to be seen.
    story.app.close_window().await?;
    let mut restored = story.desk.app(APP).arg("--hidden").run()?;
    restored.child().wait().await?;
    story
        .desk
        .open_url("dev.drawbridge.desktop:/oauth/callback?code=1&state=2")
        .await?;
    refused(&story.app, 1).await?;
    ensure!(story.app.lives());
    ensure!(!story.app.is_seen().await?, "the window came unasked");
    panel.choose("Show Drawbridge").await?;
    story.app.see_window().await?;
    leave_by_the_keyboard(&story.app).await?;
    story.app.ended().await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_tray_closing_the_window_ends_the_app_and_the_preference_says_so() -> Result<()> {
    let story = Story::begin().await?;
    story.app.click("preferences").await?;
    story
        .app
        .see_text("preferences-sheet", "Your desktop shows no tray")
        .await?;
    story.app.click("prefer-tray").await?;
    story.app.click("preferences-save").await?;
    story.app.see_gone("preferences-sheet").await?;
    ensure!(
        story
            .app
            .output()?
            .contains("the desktop shows no tray icon")
    );
    story.app.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panel_that_comes_late_gets_the_icon_too() -> Result<()> {
    let story = Story::begin().await?;
    let panel = Panel::start(&story.desk).await?;
    panel.wait_for_tip("Drawbridge").await?;
    story.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_behind_a_tray_that_goes_away_comes_out_and_finds_its_place_again() -> Result<()> {
    let desk = Desk::start().await?;
    let panel = Panel::start(&desk).await?;
    let app = desk.app(APP).launch().await?;
    prefer(&app, &["prefer-tray"]).await?;
    app.close_window().await?;
    panel.end().await?;
    app.see_window().await?;

    let panel = Panel::start(&desk).await?;
    panel.wait_for_tip("Drawbridge").await?;
    app.close_window().await?;
    panel.choose("Quit").await?;
    app.ended().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_click_on_a_notification_leads_to_its_server() -> Result<()> {
    let desk = Desk::start().await?;
    let mut notifier = Notifier::start(&desk).await?;
    let story = Story::on(desk, |app| app).await?;
    story.sign_in().await?;
    let open = Sample::start().await;
    open.mcp.behave(|b| b.access = Access::Open);
    let other = story.app.add_server(open.mcp_url().as_str()).await?;
    story.sample.auth.revoke_grants();
    ensure!(story.greet().await?.as_deref() == Some("reauth_required"));
    let told = notifier.next().await?;
    ensure!(told.summary.starts_with("Sign in to "), "{told:?}");
    ensure!(told.is_clickable, "{told:?}");

    story.app.open_server(&other).await?;
    notifier.click(&told).await?;
    let shown =
        "return document.querySelector('[data-row][data-status=sign_in_again] [aria-current]')
        && document.querySelector('[data-testid=tab-connection][aria-selected=true]')";
    story.app.wait_in_page("the server to show", shown).await?;

    story.app.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_while_notifications_are_off_is_not_told_later_either() -> Result<()> {
    let desk = Desk::start().await?;
    let mut notifier = Notifier::start(&desk).await?;
    let story = Story::on(desk, |app| app).await?;
    story.sign_in().await?;
    let other = story.other().await?;

    prefer(&story.app, &["prefer-notifications"]).await?;
    story.sample.auth.revoke_grants();
    ensure!(story.greet().await?.as_deref() == Some("reauth_required"));
    story.status("sign_in_again").await?;

    prefer(&story.app, &["prefer-notifications"]).await?;
    story.has_told_all(&mut notifier, &other).await?;
    story.app.quit().await
}

/// X, y, width and height.
type Rect = (u64, u64, u64, u64);

/// Where the window stands, as soon as it stands so: the window manager comes after the app.
async fn stands(app: &App, so: &str, fits: impl Fn(Rect) -> bool) -> Result<Rect> {
    wait_until(&format!("the window to stand {so}"), async || {
        let rect = app.client().get_window_rect().await?;
        ensure!(fits(rect), "it is {rect:?}");
        Ok(Some(rect))
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_window_comes_back_as_it_was_left_and_always_on_a_screen() -> Result<()> {
    let is = |width, height| move |rect: Rect| (rect.2, rect.3) == (width, height);
    let story = Story::begin().await?;
    stands(&story.app, "as at first", is(960, 680)).await?;
    story.app.resize(800, 600).await?;
    stands(&story.app, "smaller", is(800, 600)).await?;
    let story = story.restart().await?;
    stands(&story.app, "as it was left", is(800, 600)).await?;
    story.app.resize(300, 200).await?;
    stands(&story.app, "no smaller than it can be", is(640, 480)).await?;
    story.app.resize(800, 600).await?;
    stands(&story.app, "as it was", is(800, 600)).await?;

    story.app.maximize().await?;
    let large = stands(&story.app, "all over the screen", |rect| {
        rect.2 > 1200 && rect.3 > 900
    })
    .await?;
    leave_by_the_keyboard(&story.app).await?;
    let story = story.ended_and_begun().await?;
    stands(&story.app, "as large again", |rect| rect == large).await?;

    let stored = story
        .desk
        .home()
        .join(".config/dev.drawbridge.desktop/window.json");
    story.app.quit().await?;
    let mut state: serde_json::Value = serde_json::from_slice(&fs::read(&stored)?)?;
    ensure!(state["main"]["width"] == 800, "{state}");
    state["main"]["x"] = json!(9000);
    state["main"]["y"] = json!(9000);
    fs::write(&stored, state.to_string())?;
    let app = story.desk.app(APP).launch().await?;
    stands(&app, "on the screen", |(x, y, ..)| x < 1280 && y < 1024).await?;
    app.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn theme_and_language_are_worn_at_once_and_from_the_next_start_on() -> Result<()> {
    const LIGHT: &str = "rgb(255, 255, 255)";
    const DARK: &str = "rgb(31, 32, 38)";
    let story = Story::begin().await?;
    is_dressed(&story.app, "light", LIGHT).await?;
    prefer(&story.app, &["prefer-theme-dark"]).await?;
    is_dressed(&story.app, "dark", DARK).await?;
    prefer(&story.app, &["prefer-language-de"]).await?;
    speaks(&story.app, "de", "Hinzufügen").await?;
    is_dressed(&story.app, "dark", DARK).await?;

    let story = story.restart().await?;
    is_dressed(&story.app, "dark", DARK).await?;
    speaks(&story.app, "de", "App-Einstellungen").await?;
    look(&story.app, "german").await?;
    prefer(&story.app, &["prefer-theme-system", "prefer-language-en"]).await?;
    speaks(&story.app, "en", "Preferences").await?;
    is_dressed(&story.app, "light", LIGHT).await?;
    story.end().await?;

    let dark = Desk::builder().dark().start().await?;
    let story = Story::on(dark, |app| app).await?;
    is_dressed(&story.app, "dark", DARK).await?;
    prefer(&story.app, &["prefer-theme-light"]).await?;
    is_dressed(&story.app, "light", LIGHT).await?;
    story.end().await
}

/// How much moves while a sign-in waits for the person.
async fn moving(desk: Desk) -> Result<serde_json::Value> {
    let story = Story::on(desk, |app| app).await?;
    story.app.popup().await?;
    story.status("waiting_for_you").await?;
    story.app.focus_main().await?;
    let count = "return document.getAnimations().length";
    let count = story.app.client().execute(count, vec![]).await?;
    story.app.quit().await?;
    Ok(count)
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_moves_on_a_desktop_that_stands_still() -> Result<()> {
    ensure!(moving(Desk::start().await?).await? != json!(0));
    ensure!(moving(Desk::builder().still().start().await?).await? == json!(0));
    Ok(())
}

/// As a person has it who keeps settings in another folder than most.
fn with_settings_in<'a>(folder: &Path, app: AppBuilder<'a>) -> AppBuilder<'a> {
    app.env("XDG_CONFIG_HOME", folder)
}

#[tokio::test(flavor = "multi_thread")]
async fn it_starts_at_login_behind_the_tray_because_the_system_says_so() -> Result<()> {
    let desk = Desk::start().await?;
    let panel = Panel::start(&desk).await?;
    let settings = desk.home().join("settings");
    let story = Story::on(desk, |app| with_settings_in(&settings, app)).await?;
    prefer(&story.app, &["prefer-login", "prefer-tray"]).await?;
    let entry = fs::read_dir(settings.join("autostart"))?
        .next()
        .context("nothing")??
        .path();
    let text = fs::read_to_string(&entry)?;
    ensure!(text.contains("drawbridge-desktop\" --hidden\n"), "{text}");
    panel.choose("Quit").await?;
    let Story { app, desk, .. } = story;
    app.ended().await?;

    let hidden = with_settings_in(&settings, desk.app(APP))
        .arg("--hidden")
        .launch()
        .await?;
    let loaded = "return performance.getEntriesByType('navigation')[0].loadEventEnd > 0
        && !!document.querySelector('[data-testid=add-server]')";
    hidden.wait_in_page("a whole page", loaded).await?;
    ensure!(!hidden.is_seen().await?, "it shows itself");
    let mut second = with_settings_in(&settings, desk.app(APP)).run()?;
    second.child().wait().await?;
    hidden.see_window().await?;
    panel.choose("Quit").await?;
    hidden.ended().await?;

    fs::remove_file(&entry)?;
    let app = with_settings_in(&settings, desk.app(APP)).launch().await?;
    app.click("preferences").await?;
    let off = "const box = document.querySelector('[data-testid=prefer-login]');
        return !box.disabled && !box.checked";
    app.wait_in_page("the truth", off).await?;
    app.kill().await
}

#[tokio::test(flavor = "multi_thread")]
async fn started_at_login_without_its_key_it_shows_itself_instead_of_waiting_behind_the_tray()
-> Result<()> {
    let desk = Desk::start().await?;
    let panel = Panel::start(&desk).await?;
    let story = Story::on(desk, |app| app).await?;
    story.sign_in().await?;
    prefer(&story.app, &["prefer-tray"]).await?;
    panel.choose("Quit").await?;
    let Story { app, desk, .. } = story;
    app.ended().await?;

    desk.lock_keychain().await?;
    let app = desk.app(APP).arg("--hidden").launch().await?;
    app.see("vault-banner").await?;
    app.see_window().await?;
    app.kill().await
}

/// Under `WebDriver` it is painted in another way.
#[tokio::test(flavor = "multi_thread")]
async fn a_window_that_nobody_drives_is_painted_and_goes_with_a_click() -> Result<()> {
    let desk = Desk::start().await?;
    let screen = Screen::of(&desk)?;
    let mut changes = screen.watch()?;
    let mut app = desk.spawn(&mut desk.command(APP))?;
    let painted = async {
        loop {
            let (_, picture) = changes.recv().await.context("the display is gone")?;
            if matches!(picture, Picture::Painted(_)) {
                return anyhow::Ok(());
            }
        }
    };
    in_time("a picture", painted).await??;
    screen.close_window()?;
    let ended = in_time("its end", app.child().wait()).await??;
    ensure!(ended.success(), "it ended with {ended}");
    Ok(())
}
