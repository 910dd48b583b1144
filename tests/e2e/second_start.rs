//! A second start while the first one is on its way, here or to its end.

use anyhow::{Context as _, Result, ensure};
use drawbridge_desk::{Desk, in_time};
use drawbridge_testkit::{Gate, Sample, mcp::Access};
use futures::StreamExt as _;
use zbus::{connection::Builder, fdo::DBusProxy};

use crate::story::{APP, LONG_FAREWELL, Story};

const NAME: &str = "dev.drawbridge.desktop.SingleInstance";
const PATH: &str = "/dev/drawbridge/desktop/SingleInstance";

#[tokio::test(flavor = "multi_thread")]
async fn what_it_asks_for_is_done_when_the_first_one_is_there() -> Result<()> {
    let desk = Desk::start().await?;
    let sample = Sample::start().await;
    sample.mcp.behave(|b| b.access = Access::Open);
    let environment = desk.environment();
    let bus = environment
        .iter()
        .find(|(name, _)| *name == "DBUS_SESSION_BUS_ADDRESS");
    let bus = bus.and_then(|(_, bus)| bus.to_str()).context("no bus")?;
    let bus = Builder::address(bus)?.build().await?;
    let names = DBusProxy::new(&bus).await?;
    let mut owners = names
        .receive_name_owner_changed_with_args(&[(0, NAME)])
        .await?;
    let mut first = desk.app(APP).run()?;
    in_time("the first one", owners.next())
        .await?
        .context("no bus")?;
    // What the second process says; it would say it later.
    let url = sample.mcp_url();
    let second = (
        vec!["drawbridge-desktop", "--add-server", url.as_str()],
        "/",
    );
    let said = bus.call_method(
        Some(NAME),
        PATH,
        Some("org.SingleInstance.DBus"),
        "ExecuteCallback",
        &second,
    );
    in_time("the first one to listen", said).await??;
    sample
        .seen(|seen| seen.note.as_deref() == Some("tools/list"))
        .await;
    ensure!(first.child().try_wait()?.is_none(), "the first one ended");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_first_one_says_farewell_it_opens_a_window_of_its_own() -> Result<()> {
    let desk = Desk::start().await?;
    let story = Story::on(desk, |app| app.env(LONG_FAREWELL.0, LONG_FAREWELL.1)).await?;
    let gate = Gate::closed();
    let held = Some(gate.clone());
    story.sample.auth.behave(|b| b.token_gate = held);
    let popup = story.app.popup().await?;
    popup.sign_in("ada", "any").await?;
    popup.allow().await?;
    gate.reached(1).await;
    // It waits for the tokens, for as long as it may.
    story.app.close_window().await?;
    let _second = story.desk.app(APP).run()?;
    story.desk.see_window().await?;
    gate.open();
    story.app.ended().await?;
    story.desk.close_opened().await
}
