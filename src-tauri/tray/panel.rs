//! The panel that shows tray icons: on Linux it is a program as others, and may come late.

use std::pin::pin;

use futures::{StreamExt as _, stream::select};
use tauri::{AppHandle, Manager as _, Runtime};
use zbus::{Connection, MatchRule, MessageStream, fdo::DBusProxy, message::Type};

use super::Tray;

const WATCHER: &str = "org.kde.StatusNotifierWatcher";

/// Puts the icon up whenever there is somebody new to show it.
pub(crate) async fn follow<R: Runtime>(app: AppHandle<R>) {
    if let Err(error) = look_out(&app).await {
        tracing::info!("nobody tells of a tray that comes later: {error}");
    }
}

async fn look_out<R: Runtime>(app: &AppHandle<R>) -> zbus::Result<()> {
    let bus = Connection::session().await?;
    let names = DBusProxy::new(&bus).await?;
    let owners = names
        .receive_name_owner_changed_with_args(&[(0, WATCHER)])
        .await?;
    let rule = MatchRule::builder()
        .msg_type(Type::Signal)
        .interface(WATCHER)?
        .member("StatusNotifierHostRegistered")?
        .build();
    let hosts = MessageStream::for_match_rule(rule, &bus, None).await?;
    let mut news = pin!(select(owners.map(drop), hosts.map(drop)));
    while let Some(()) = news.next().await {
        app.state::<Tray<R>>().put_up_soon().await;
    }
    Ok(())
}
