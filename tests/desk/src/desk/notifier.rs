//! Who shows notifications, and a person who clicks them.
#![expect(
    clippy::needless_pass_by_value,
    clippy::too_many_arguments,
    clippy::unused_self,
    clippy::used_underscore_binding,
    reason = "the bus calls it as the specification has it"
)]

use std::collections::HashMap;

use anyhow::{Context as _, Result};
use tokio::sync::mpsc;
use zbus::{
    Connection, connection::Builder, interface, object_server::SignalEmitter, zvariant::OwnedValue,
};

use super::Desk;
use crate::in_time;

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";

/// A notification that is on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    id: u32,
    /// Its first line.
    pub summary: String,
    /// The rest.
    pub body: String,
    /// Whether it says that a click is told.
    pub is_clickable: bool,
}

/// The desktop's notification service.
#[derive(Debug)]
pub struct Notifier {
    bus: Connection,
    shown: mpsc::UnboundedReceiver<Notification>,
}

struct Service {
    shown: mpsc::UnboundedSender<Notification>,
    last: u32,
}

#[interface(name = "org.freedesktop.Notifications")]
impl Service {
    fn notify(
        &mut self,
        _app_name: &str,
        _replaces: u32,
        _icon: &str,
        summary: String,
        body: String,
        actions: Vec<String>,
        _hints: HashMap<String, OwnedValue>,
        _expires: i32,
    ) -> u32 {
        self.last += 1;
        // A test that looks at no more of them has ended.
        let _ = self.shown.send(Notification {
            id: self.last,
            summary,
            body,
            is_clickable: actions.first().is_some_and(|action| action == "default"),
        });
        self.last
    }

    fn close_notification(&self, _id: u32) {}

    fn get_capabilities(&self) -> Vec<&str> {
        vec!["actions", "body"]
    }

    fn get_server_information(&self) -> (&str, &str, &str, &str) {
        ("desk", "drawbridge", "1", "1.2")
    }

    #[zbus(signal)]
    async fn action_invoked(emitter: &SignalEmitter<'_>, id: u32, action: &str)
    -> zbus::Result<()>;

    #[zbus(signal)]
    async fn notification_closed(
        emitter: &SignalEmitter<'_>,
        id: u32,
        reason: u32,
    ) -> zbus::Result<()>;
}

impl Notifier {
    /// Begins to show them.
    pub async fn start(desk: &Desk) -> Result<Self> {
        let (shown, coming) = mpsc::unbounded_channel();
        let bus = Builder::address(desk.bus_address())?
            .serve_at(PATH, Service { shown, last: 0 })?
            .name(NAME)?
            .build()
            .await?;
        Ok(Self { bus, shown: coming })
    }

    /// The next one.
    pub async fn next(&mut self) -> Result<Notification> {
        let next = in_time("a notification", self.shown.recv()).await?;
        next.context("the bus is gone")
    }

    /// Clicks one, which closes it.
    pub async fn click(&self, notification: &Notification) -> Result<()> {
        let emitter = SignalEmitter::new(&self.bus, PATH)?;
        Service::action_invoked(&emitter, notification.id, "default").await?;
        Ok(Service::notification_closed(&emitter, notification.id, 2).await?)
    }
}
