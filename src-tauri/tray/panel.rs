//! The panel that shows tray icons: on Linux it is a program as others, which may come late, and go.

use std::{pin::pin, time::Duration};

use futures::{StreamExt as _, stream::select};
use tauri::{AppHandle, Manager as _, Runtime};
use zbus::{Connection, MatchRule, MessageStream, fdo::DBusProxy, message::Type};

use super::Tray;
use crate::main_window;

/// How long a panel may take that begins anew.
const ANEW: Duration = Duration::from_secs(5);

const WATCHER: &str = "org.kde.StatusNotifierWatcher";

/// Puts the icon up whenever there is somebody new to show it, and lets no window stay behind an icon that
/// nobody shows.
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
    let owners = owners.map(|change| change.args().is_ok_and(|names| names.new_owner().is_some()));
    let mut news = pin!(select(owners, hosts.map(|_| true)));
    let tray = app.state::<Tray<R>>();
    // For a panel that came before anybody told of it, and after it was looked for.
    tray.put_up_soon().await;
    while let Some(there) = news.next().await {
        tray.has_panel(there);
        if there {
            tray.put_up_soon().await;
        } else {
            tauri::async_runtime::spawn(wait_for_another(app.clone()));
        }
    }
    Ok(())
}

async fn wait_for_another<R: Runtime>(app: AppHandle<R>) {
    tokio::time::sleep(ANEW).await;
    if !app.state::<Tray<R>>().put_up_soon().await {
        main_window::come_out(&app);
    }
}
