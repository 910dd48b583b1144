//! Drawbridge's side of the conversation: what it says of itself, and what it listens to.

use rmcp::model::{
    ClientCapabilities, ClientConfig, ElicitRequestParams, ElicitResult, ElicitationAction,
    ElicitationCapability, FormElicitationCapability, Implementation, JsonObject,
    ProgressNotificationParam, ProtocolVersion, UrlElicitationCapability,
};
use rmcp::service::{NotificationContext, RequestContext, RoleClient};
use rmcp::{ClientHandler, ErrorData};
use tokio::sync::mpsc;

use super::SessionNotice;
use super::asking::Askers;
use super::progress::Progresses;

/// It offers no sampling and no roots, and elicitation where there is somebody to answer: tools
/// that need more say so.
#[derive(Debug, Clone)]
pub(super) struct Handler {
    notify: mpsc::UnboundedSender<SessionNotice>,
    askers: Askers,
    progresses: Progresses,
    extensions: &'static [&'static str],
}

impl Handler {
    pub(super) fn new(
        notify: mpsc::UnboundedSender<SessionNotice>,
        askers: Askers,
        progresses: Progresses,
        extensions: &'static [&'static str],
    ) -> Self {
        Self {
            notify,
            askers,
            progresses,
            extensions,
        }
    }
}

impl ClientHandler for Handler {
    async fn on_tool_list_changed(&self, _: NotificationContext<RoleClient>) {
        // Nobody listens any more when the session is being closed.
        let _ = self.notify.send(SessionNotice::ToolsChanged);
    }

    async fn on_progress(
        &self,
        said: ProgressNotificationParam,
        _: NotificationContext<RoleClient>,
    ) {
        self.progresses.hear(&said);
    }

    async fn create_elicitation(
        &self,
        asked: ElicitRequestParams,
        context: RequestContext<RoleClient>,
    ) -> Result<ElicitResult, ErrorData> {
        let withdrawn = context.ct.cancelled();
        Ok(tokio::select! {
            answer = self.askers.put(asked, &context.extensions) => answer,
            () = withdrawn => ElicitResult::new(ElicitationAction::Cancel),
        })
    }

    fn get_info(&self) -> ClientConfig {
        let us = Implementation::new("Drawbridge", env!("CARGO_PKG_VERSION"));
        let mut capabilities = ClientCapabilities::default();
        capabilities.elicitation = self.askers.are_answered().then(|| {
            ElicitationCapability::new()
                .with_form(FormElicitationCapability::new())
                .with_url(UrlElicitationCapability::new())
        });
        if !self.extensions.is_empty() {
            let named = self.extensions.iter();
            let named = named.map(|name| ((*name).to_owned(), JsonObject::new()));
            capabilities.extensions = Some(named.collect());
        }
        ClientConfig::new(capabilities, us)
            .with_protocol_version(ProtocolVersion::LATEST_WITH_INITIALIZE)
    }
}
