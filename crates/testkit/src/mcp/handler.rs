//! The protocol side of the MCP server; rmcp does the wire.

use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::{
        CallToolRequestParams, CallToolResponse, Implementation, ListToolsResult,
        PaginatedRequestParams, ServerCapabilities, ServerConfig, SubscriptionFilter,
    },
    service::{NotificationContext, RequestContext, SubscriptionContext},
};
use tokio::sync::broadcast;

use super::{McpServer, Weak, asking, ears::Ears, run};

/// Serves one session or one stateless request.
#[derive(Debug, Clone)]
pub(super) struct Handler {
    server: Weak,
}

impl Handler {
    pub(super) fn new(server: Weak) -> Self {
        Self { server }
    }

    fn server(&self) -> Result<McpServer, ErrorData> {
        self.server
            .server()
            .ok_or_else(|| ErrorData::internal_error("stopped", None))
    }

    /// What changes from now on; `begins` counts the listener.
    fn changes(&self, begins: impl FnOnce(&Ears)) -> Option<broadcast::Receiver<()>> {
        let server = self.server.server()?;
        let changes = server.0.changes.subscribe();
        begins(&server.0.ears);
        Some(changes)
    }
}

impl ServerHandler for Handler {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder()
            .enable_tools()
            .enable_tool_list_changed()
            .build();
        ServerConfig::new(capabilities)
            .with_server_info(
                Implementation::new("drawbridge-sample", "1.0.0").with_title("Sample tools"),
            )
            .with_instructions("Tools worth trying. Nothing here does any harm.")
    }

    async fn list_tools(
        &self,
        request: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let server = self.server()?;
        let size = server.behave(|behaviour| behaviour.page_size.max(1));
        let start = match request.and_then(|request| request.cursor) {
            None => 0,
            Some(cursor) => cursor
                .strip_prefix("from-")
                .and_then(|start| start.parse().ok())
                .ok_or_else(|| ErrorData::invalid_params("This cursor is not mine.", None))?,
        };
        let (page, total) = server.0.tools.with(|tools| {
            (
                tools
                    .iter()
                    .skip(start)
                    .take(size)
                    .cloned()
                    .collect::<Vec<_>>(),
                tools.len(),
            )
        });
        let end = start + page.len();
        let mut result = ListToolsResult::with_all_items(page);
        result.next_cursor = (end < total).then(|| format!("from-{end}"));
        Ok(result)
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let server = self.server()?;
        let page = server
            .0
            .pages
            .with(|pages| pages.get(request.name.as_ref()).cloned());
        if let Some(page) = page {
            return Err(asking::not_before(&page));
        }
        let question = server
            .0
            .questions
            .with(|questions| questions.get(request.name.as_ref()).cloned());
        match question {
            Some(question) => asking::respond(&request, &question),
            None => run::call(&server, request, context)
                .await
                .map(CallToolResponse::Complete),
        }
    }

    async fn on_initialized(&self, context: NotificationContext<RoleServer>) {
        let Some(mut changes) = self.changes(Ears::session) else {
            return;
        };
        tokio::spawn(async move {
            while changes.recv().await.is_ok() {
                if context.peer.notify_tool_list_changed().await.is_err() {
                    break;
                }
            }
        });
    }

    fn accepted_subscription_filter(
        &self,
        requested: &SubscriptionFilter,
    ) -> Option<SubscriptionFilter> {
        Some(requested.supported_by(&self.get_info().capabilities))
    }

    async fn listen(&self, context: SubscriptionContext) -> Result<(), ErrorData> {
        let Some(mut changes) = self.changes(Ears::subscription) else {
            return Ok(());
        };
        loop {
            tokio::select! {
                () = context.cancelled() => return Ok(()),
                change = changes.recv() => {
                    if change.is_err() || context.sink().notify_tool_list_changed().await.is_err() {
                        return Ok(());
                    }
                }
            }
        }
    }
}
