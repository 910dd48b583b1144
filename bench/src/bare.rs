//! MCP with reqwest and nothing else.

use anyhow::{Context as _, Result, bail, ensure};
use reqwest::{Client, RequestBuilder, Response};
use serde_json::{Value, json};
use url::Url;

const VERSION: &str = "2026-07-28";
/// What an MCP client has to take.
pub const ACCEPT: &str = "application/json, text/event-stream";

/// One server, and the token for it.
#[derive(Debug, Clone)]
pub struct Bare {
    /// Keeps connections open.
    pub http: Client,
    /// The endpoint.
    pub url: Url,
    /// An access token.
    pub token: String,
}

impl Bare {
    /// All that a client asks after it has a token; answers with how many tools there are.
    pub async fn open(&self) -> Result<usize> {
        self.rpc("server/discover", json!({})).await?;
        // It stays open, so nobody waits for it.
        let listening = json!({ "notifications": { "toolsListChanged": true } });
        let ears = self.request("subscriptions/listen", listening);
        tokio::spawn(ears.send());
        let mut tools = 0;
        let mut page = json!({});
        loop {
            let answer = self.rpc("tools/list", page).await?;
            let listed = answer["result"]["tools"].as_array();
            tools += listed.context("no tools in the answer")?.len();
            let Some(cursor) = answer["result"]["nextCursor"].as_str() else {
                return Ok(tools);
            };
            page = json!({ "cursor": cursor });
        }
    }

    /// Runs a tool; answers with how much text came.
    pub async fn call(&self, tool: &str, arguments: &Value) -> Result<usize> {
        let params = json!({ "name": tool, "arguments": arguments });
        let answer = self.rpc("tools/call", params).await?;
        let content = answer["result"]["content"].as_array();
        let content = content.context("no content in the answer")?.iter();
        let texts = content.filter_map(|content| content["text"].as_str());
        Ok(texts.map(str::len).sum())
    }

    async fn rpc(&self, method: &str, params: Value) -> Result<Value> {
        let answer = self.request(method, params).send().await?;
        read(answer.error_for_status()?).await
    }

    fn request(&self, method: &str, mut params: Value) -> RequestBuilder {
        params["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": VERSION,
            "io.modelcontextprotocol/clientInfo": { "name": "bare", "version": "1" },
            "io.modelcontextprotocol/clientCapabilities": {},
        });
        let mut request = self
            .http
            .post(self.url.clone())
            .header("accept", ACCEPT)
            .header("mcp-protocol-version", VERSION)
            .header("mcp-method", method)
            .bearer_auth(&self.token);
        if let Some(name) = params["name"].as_str() {
            request = request.header("mcp-name", name);
        }
        request.json(&json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }))
    }
}

/// The one message of an answer, plain or as an event, as soon as it is there.
async fn read(mut answer: Response) -> Result<Value> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        body.extend_from_slice(&chunk);
        let ends = body.ends_with(b"\n") || body.ends_with(b"}");
        if let Some(message) = ends.then(|| message(&body)).flatten() {
            // The end of the answer is nothing to wait for, but without it the connection is lost.
            tokio::spawn(async move { while let Ok(Some(_)) = answer.chunk().await {} });
            ensure!(message.get("result").is_some(), "refused: {message}");
            return Ok(message);
        }
    }
    bail!("an answer without a message")
}

fn message(body: &[u8]) -> Option<Value> {
    let body = std::str::from_utf8(body).ok()?;
    let mut lines = body
        .lines()
        .map(|line| line.strip_prefix("data:").unwrap_or(line));
    let message = lines.find(|line| line.trim_start().starts_with('{'))?;
    serde_json::from_str(message).ok()
}

/// A text of an answer.
pub fn text(value: &Value, name: &str) -> Result<String> {
    let text = value.get(name).and_then(Value::as_str);
    Ok(text
        .with_context(|| format!("no {name} in the answer"))?
        .to_owned())
}
