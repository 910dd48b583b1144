//! Drawbridge's side of the conversation: what it says of itself, and what it listens to.

use rmcp::ClientHandler;
use rmcp::model::{ClientCapabilities, ClientConfig, Implementation, ProtocolVersion};
use rmcp::service::{NotificationContext, RoleClient};
use tokio::sync::mpsc;

use super::SessionNotice;

/// It offers no sampling, no roots and no elicitation: tools that need them say so.
#[derive(Debug, Clone)]
pub(super) struct Handler {
    notify: mpsc::UnboundedSender<SessionNotice>,
}

impl Handler {
    pub(super) fn new(notify: mpsc::UnboundedSender<SessionNotice>) -> Self {
        Self { notify }
    }
}

impl ClientHandler for Handler {
    async fn on_tool_list_changed(&self, _: NotificationContext<RoleClient>) {
        // Nobody listens any more when the session is being closed.
        let _ = self.notify.send(SessionNotice::ToolsChanged);
    }

    fn get_info(&self) -> ClientConfig {
        let us = Implementation::new("Drawbridge", env!("CARGO_PKG_VERSION"));
        ClientConfig::new(ClientCapabilities::default(), us)
            .with_protocol_version(ProtocolVersion::LATEST_WITH_INITIALIZE)
    }
}
