//! What is done with several servers of the list.

use anyhow::{Context as _, Result, ensure};
use drawbridge_desk::{App, Desk};
use drawbridge_testkit::{Sample, mcp::Access};
use fantoccini::{
    Locator,
    actions::{InputSource as _, MOUSE_BUTTON_LEFT, MouseActions, PointerAction},
};
use serde_json::json;

use crate::{
    accessible::look,
    story::{APP, Story},
};

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_need_the_person_are_reconnected_with_one_click() -> Result<()> {
    let story = Story::begin().await?;
    story.sign_in().await?;
    let app = &story.app;
    let other = Sample::start().await;
    let second = app.add_server(other.mcp_url().as_str()).await?;
    let popup = app.popup().await?;
    popup.sign_in("ada", "any").await?;
    popup.allow().await?;
    app.wait_for_status(&second, "connected").await?;

    for (sample, server) in [(&story.sample, &story.server), (&other, &second)] {
        sample.auth.revoke_grants();
        app.run_tool(server, "greet", &json!({ "name": "Ada" }))
            .await?;
        app.wait_for_status(server, "sign_in_again").await?;
    }
    app.see_text("needs-you", "2 servers").await?;
    look(app, "needs-you").await?;
    app.click("reconnect-all").await?;
    let popups = app.popups(2).await?;
    for popup in &popups {
        popup.sign_in("ada", "any").await?;
    }
    for popup in popups {
        popup.allow().await?;
    }
    story.status("connected").await?;
    app.wait_for_status(&second, "connected").await?;
    app.see_gone("needs-you").await?;
    story.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_is_switched_off_and_on_and_keeps_its_sign_in() -> Result<()> {
    let story = Story::begin().await?;
    story.sign_in().await?;
    let app = &story.app;
    app.open_server(&story.server).await?;
    app.click("tab-settings").await?;
    app.click("settings-enabled").await?;
    story.status("off").await?;
    look(app, "off").await?;
    app.click("turn-on").await?;
    story.status("connected").await?;
    ensure!(story.greet().await?.is_none());
    ensure!(story.sample.auth.counters().authorize_pages == 1);
    story.end().await
}

/// Adds servers that let in everybody; answers their ids in the order of the list.
async fn open_servers(app: &App, count: usize) -> Result<Vec<(Sample, String)>> {
    let mut servers = Vec::new();
    for _ in 0..count {
        let sample = Sample::start().await;
        sample.mcp.behave(|b| b.access = Access::Open);
        let id = app.add_server(sample.mcp_url().as_str()).await?;
        app.wait_for_status(&id, "connected").await?;
        servers.push((sample, id));
    }
    Ok(servers)
}

async fn ordered(app: &App, ids: &[&str]) -> Result<()> {
    let so =
        "const ids = [...document.querySelectorAll('[data-row]')].map((row) => row.dataset.row);
        return ids.join() === args[0].join()";
    app.wait_in_page_with("the rows in their new order", so, &[json!(ids)])
        .await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_is_dragged_to_another_place_and_stays_there() -> Result<()> {
    let desk = Desk::start().await?;
    let app = desk.app(APP).launch().await?;
    let servers = open_servers(&app, 3).await?;
    let [first, second, third] = &servers[..] else {
        anyhow::bail!("not three");
    };
    let (first, second, third) = (&*first.1, &*second.1, &*third.1);
    ordered(&app, &[first, second, third]).await?;

    let row = async |id: &str| {
        let selector = format!("[data-row=\"{id}\"] [data-open]");
        let row = app.client().find(Locator::Css(&selector)).await;
        row.with_context(|| format!("no row {id}"))
    };
    let to = |element| PointerAction::MoveToElement {
        element,
        duration: None,
        x: 0.0,
        y: 0.0,
    };
    let button = MOUSE_BUTTON_LEFT;
    let hand = MouseActions::new("mouse".to_owned())
        .then(to(row(first).await?))
        .then(PointerAction::Down { button })
        .then(to(row(third).await?))
        .then(PointerAction::Up { button });
    app.client().perform_actions(hand).await?;
    ordered(&app, &[second, third, first]).await?;
    let opened = "return document.querySelector('[data-row] [aria-current]')
        .closest('[data-row]').dataset.row";
    let opened = app.wait_in_page("the server that is shown", opened).await?;
    ensure!(
        opened == first,
        "the end of the drag opened what lay there: {opened}"
    );

    app.quit().await?;
    let app = desk.app(APP).launch().await?;
    ordered(&app, &[second, third, first]).await?;
    app.quit().await
}
