//! Who shows files where they lie.
#![expect(
    clippy::used_underscore_binding,
    reason = "the bus calls it as the specification has it"
)]

use anyhow::{Context as _, Result};
use tokio::sync::mpsc;
use zbus::{Connection, connection::Builder, interface};

use super::Desk;
use crate::in_time;

/// The desktop's file manager.
#[derive(Debug)]
pub struct FileManager {
    _bus: Connection,
    shown: mpsc::UnboundedReceiver<Vec<String>>,
}

struct Service(mpsc::UnboundedSender<Vec<String>>);

#[interface(name = "org.freedesktop.FileManager1")]
impl Service {
    fn show_items(&self, items: Vec<String>, _startup_id: &str) {
        // A test that looks at no more of them has ended.
        let _ = self.0.send(items);
    }
}

impl FileManager {
    /// Begins to show them.
    pub async fn start(desk: &Desk) -> Result<Self> {
        let (shown, coming) = mpsc::unbounded_channel();
        let bus = Builder::address(desk.bus_address())?
            .serve_at("/org/freedesktop/FileManager1", Service(shown))?
            .name("org.freedesktop.FileManager1")?
            .build()
            .await?;
        Ok(Self {
            _bus: bus,
            shown: coming,
        })
    }

    /// The addresses of the files that are shown next.
    pub async fn next(&mut self) -> Result<Vec<String>> {
        let next = in_time("a folder", self.shown.recv()).await?;
        next.context("the bus is gone")
    }
}
