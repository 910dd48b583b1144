//! Tools of a server, and what happened to it.

use super::Engine;
use crate::activity::report;
use crate::call;
use crate::error::Error;
use crate::ids::ServerId;
use crate::view::{Activity, CallOutcome, ToolView};

impl Engine {
    /// What happened to a server, the newest first; what comes later comes as events.
    pub async fn activity(&self, id: &ServerId) -> Result<Vec<Activity>, Error> {
        self.core.server(id).await?;
        self.core.journal.of(id).await
    }

    /// The same for somebody who helps, with what is known of the server, in Markdown. It holds no
    /// secret, and no query of an address.
    pub async fn diagnostic_report(&self, id: &ServerId) -> Result<String, Error> {
        let server = self.core.present(id).await?;
        let activity = self.core.journal.of(id).await?;
        report(&self.core.store, self.core.clock.now(), &server, &activity).await
    }

    /// The last good list of tools.
    pub async fn tools(&self, id: &ServerId) -> Result<Vec<ToolView>, Error> {
        self.core.server(id).await?;
        Ok(self.core.store.tools(id).await?)
    }

    /// Reads the tools from the server again.
    pub async fn refresh_tools(&self, id: &ServerId) -> Result<Vec<ToolView>, Error> {
        call::refresh_tools(&self.core, id).await
    }

    /// Runs a tool. `call` is the caller's own name for this run, for [`Engine::cancel_call`].
    ///
    /// The server's time limit is for all of it, the wait for a session too; while the tool asks the
    /// person something, the time stands still.
    pub async fn call_tool(
        &self,
        id: &ServerId,
        call: &str,
        tool: &str,
        arguments: serde_json::Value,
    ) -> Result<CallOutcome, Error> {
        call::call_tool(&self.core, id, call, tool, arguments).await
    }

    /// Stops a running call; does nothing if it is over.
    pub fn cancel_call(&self, call: &str) {
        call::cancel(&self.core, call);
    }
}
