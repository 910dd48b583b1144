//! A panel that shows the icons of programs, and their menus.
#![expect(
    clippy::needless_pass_by_value,
    clippy::unused_self,
    clippy::used_underscore_binding,
    reason = "the bus calls it as the specification has it"
)]

use std::collections::HashMap;

use anyhow::{Context as _, Result, ensure};
use tokio::sync::watch;
use zbus::{
    Connection, Proxy, connection::Builder, interface, message::Header, zvariant::OwnedValue,
};

use super::Desk;
use crate::{in_time, wait_until};

const WATCHER: &str = "org.kde.StatusNotifierWatcher";
const ITEM: &str = "/StatusNotifierItem";

/// A panel at the bottom of the screen, as far as programs know.
#[derive(Debug)]
pub struct Panel {
    bus: Connection,
    items: watch::Receiver<Option<String>>,
}

/// Who asks to be shown is shown; the last one counts.
struct Watcher(watch::Sender<Option<String>>);

#[interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(&self, service: &str, #[zbus(header)] header: Header<'_>) {
        // A program may name its object alone, and is then known by who it is on the bus.
        let owner = if service.starts_with('/') {
            header.sender().map(ToString::to_string)
        } else {
            Some(service.to_owned())
        };
        self.0.send_replace(owner);
    }

    fn register_status_notifier_host(&self, _service: &str) {}

    #[zbus(property)]
    fn registered_status_notifier_items(&self) -> Vec<String> {
        self.0.borrow().iter().cloned().collect()
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }
}

/// Name and pictures of an icon, title and text.
type Tip = (String, Vec<(i32, i32, Vec<u8>)>, String, String);
type Properties = HashMap<String, OwnedValue>;
/// Id, properties and lines of a menu.
type Layout = (i32, Properties, Vec<OwnedValue>);

impl Panel {
    /// Puts it up.
    pub async fn start(desk: &Desk) -> Result<Self> {
        let (shown, items) = watch::channel(None);
        let bus = Builder::address(desk.bus_address())?
            .serve_at("/StatusNotifierWatcher", Watcher(shown))?
            .name(WATCHER)?
            .build()
            .await?;
        Ok(Self { bus, items })
    }

    /// Takes it away, with all icons.
    pub async fn end(self) -> Result<()> {
        self.bus.release_name(WATCHER).await?;
        Ok(())
    }

    /// What the icon says when one points at it, as soon as it contains `part`.
    pub async fn wait_for_tip(&self, part: &str) -> Result<String> {
        wait_until(&format!("{part:?} at the tray icon"), async || {
            let item = self.item("org.kde.StatusNotifierItem", ITEM).await?;
            let (_, _, title, text): Tip = item.get_property("ToolTip").await?;
            let tip = format!("{title} {text}");
            Ok(tip.contains(part).then_some(tip))
        })
        .await
    }

    /// Waits until its menu has these lines, and no others.
    pub async fn wait_for_lines(&self, expected: &[&str]) -> Result<()> {
        wait_until(&format!("{expected:?} alone in the tray"), async || {
            let lines = self.menu().await?.into_iter().map(|(_, words)| words);
            let lines: Vec<String> = lines.collect();
            ensure!(lines == expected, "it offers {lines:?}");
            Ok(Some(()))
        })
        .await
    }

    /// Chooses the line that contains `part`, as soon as there is one.
    pub async fn choose(&self, part: &str) -> Result<()> {
        wait_until(&format!("{part:?} in the tray"), async || {
            let lines = self.menu().await?;
            let line = lines.into_iter().find(|(_, words)| words.contains(part));
            let Some((id, _)) = line else {
                return Ok(None);
            };
            let path = self.menu_path().await?;
            let menu = self.item("com.canonical.dbusmenu", &path).await?;
            let nothing = zbus::zvariant::Value::from(0_i32);
            // Refused where another menu has come meanwhile.
            menu.call::<_, _, ()>("Event", &(id, "clicked", nothing, 0_u32))
                .await?;
            Ok(Some(()))
        })
        .await
    }

    /// Clicks the icon itself.
    pub async fn click(&self) -> Result<()> {
        let item = self.item("org.kde.StatusNotifierItem", ITEM).await?;
        item.call::<_, _, ()>("Activate", &(0_i32, 0_i32)).await?;
        Ok(())
    }

    async fn menu(&self) -> Result<Vec<(i32, String)>> {
        let path = self.menu_path().await?;
        let menu = self.item("com.canonical.dbusmenu", &path).await?;
        let nothing: Vec<&str> = Vec::new();
        let (_, root): (u32, Layout) = menu.call("GetLayout", &(0_i32, -1_i32, nothing)).await?;
        let lines = root.2.into_iter().filter_map(|line| {
            let (id, properties, _): Layout = line.try_into().ok()?;
            let words: &str = properties.get("label")?.downcast_ref().ok()?;
            Some((id, words.to_owned()))
        });
        Ok(lines.collect())
    }

    async fn menu_path(&self) -> Result<String> {
        let item = self.item("org.kde.StatusNotifierItem", ITEM).await?;
        let path: zbus::zvariant::OwnedObjectPath = item.get_property("Menu").await?;
        Ok(path.to_string())
    }

    async fn item(&self, interface: &'static str, path: &str) -> Result<Proxy<'static>> {
        let mut items = self.items.clone();
        let shown = in_time("a tray icon", items.wait_for(Option::is_some)).await??;
        let owner = shown.clone().context("no icon")?;
        let builder = zbus::proxy::Builder::new(&self.bus)
            .destination(owner)?
            .path(path.to_owned())?
            .interface(interface)?
            // What it says is asked anew each time.
            .cache_properties(zbus::proxy::CacheProperties::No);
        Ok(builder.build().await?)
    }
}
