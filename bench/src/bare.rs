//! The same requests, with reqwest and nothing else.

use anyhow::{Context as _, Result, bail, ensure};
use drawbridge_oauth::{
    ClientId, Http, HttpOptions, Issuer, Leniency, PkceVerifier, Reach, RedirectUri, Resource,
    Scopes, authorize, discover_server,
};
use drawbridge_testkit::{Person, Sample};
use reqwest::{Client, Response};
use serde_json::{Value, json};
use url::Url;

const VERSION: &str = "2026-07-28";
const ACCEPT: &str = "application/json, text/event-stream";

/// A client that has asked everything that comes before a sign-in.
pub(crate) struct Bare {
    http: Client,
    mcp: Url,
    token_endpoint: String,
    client_id: String,
    verifier: PkceVerifier,
    callback: Url,
}

impl Bare {
    /// Probe, metadata, registration; then ada signs in. The callback is not looked at yet.
    pub(crate) async fn prepare(sample: &Sample) -> Result<Self> {
        let http = Client::new();
        let mcp = sample.mcp_url();
        let issuer = sample.issuer();
        let probe = json!({
            "jsonrpc": "2.0", "id": 0, "method": "initialize",
            "params": {
                "protocolVersion": "2025-11-25", "capabilities": {},
                "clientInfo": { "name": "bare", "version": "1" },
            },
        });
        let request = http.post(mcp.clone()).header("accept", ACCEPT).json(&probe);
        request.send().await?.bytes().await?;
        let metadata = mcp.join("/.well-known/oauth-protected-resource/mcp")?;
        http.get(metadata).send().await?.bytes().await?;
        let metadata = format!("{issuer}/.well-known/oauth-authorization-server");
        let metadata: Value = http.get(metadata).send().await?.json().await?;
        let registration = json!({
            "client_name": "bare", "redirect_uris": [RedirectUri::DEEP_LINK],
            "token_endpoint_auth_method": "none", "application_type": "native",
            "grant_types": ["authorization_code", "refresh_token"],
        });
        let register = text(&metadata, "registration_endpoint")?;
        let registered = http.post(register).json(&registration).send().await?;
        let client_id = text(&registered.json().await?, "client_id")?;
        // Only the address of the page is made with our own code: it is no part of what is timed.
        let guarded = Http::new(HttpOptions::default())?.reaching(Reach::Loopback);
        let server =
            discover_server(&guarded, &Issuer::parse(&issuer)?, &Leniency::default()).await?;
        let page = authorize(
            &server.metadata,
            &ClientId::new(&client_id),
            &RedirectUri::new(RedirectUri::DEEP_LINK),
            &Scopes::parse("tools"),
            Some(&Resource::new(mcp.as_str())),
            &[],
        );
        let callback = Person::ada().follow(page.url.as_str()).await?;
        Ok(Self {
            http,
            mcp,
            token_endpoint: text(&metadata, "token_endpoint")?,
            client_id,
            verifier: page.verifier,
            callback: Url::parse(&callback)?,
        })
    }

    /// From the callback to the tools; answers with how many there are.
    pub(crate) async fn tools(&self) -> Result<usize> {
        let token = self.token().await?;
        self.rpc(&token, 1, "server/discover", json!({})).await?;
        // It stays open, so nobody waits for it.
        let ears = self.request(&token, 2, "subscriptions/listen", listening());
        let ears = tokio::spawn(ears.send());
        let mut tools = 0;
        let mut page = json!({});
        loop {
            let answer = self.rpc(&token, 3, "tools/list", page).await?;
            let listed = answer["result"]["tools"].as_array();
            tools += listed.context("no tools in the answer")?.len();
            let Some(cursor) = answer["result"]["nextCursor"].as_str() else {
                break;
            };
            page = json!({ "cursor": cursor });
        }
        ears.abort();
        Ok(tools)
    }

    async fn token(&self) -> Result<String> {
        let code = self.callback.query_pairs().find(|(name, _)| name == "code");
        let (_, code) = code.context("a callback without a code")?;
        let form = [
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", RedirectUri::DEEP_LINK),
            ("client_id", &self.client_id),
            ("code_verifier", self.verifier.expose()),
            ("resource", self.mcp.as_str()),
        ];
        let answer = self
            .http
            .post(&self.token_endpoint)
            .form(&form)
            .send()
            .await?;
        text(&answer.error_for_status()?.json().await?, "access_token")
    }

    async fn rpc(&self, token: &str, id: u32, method: &str, params: Value) -> Result<Value> {
        let answer = self.request(token, id, method, params).send().await?;
        read(answer.error_for_status()?).await
    }

    fn request(
        &self,
        token: &str,
        id: u32,
        method: &str,
        mut params: Value,
    ) -> reqwest::RequestBuilder {
        params["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": VERSION,
            "io.modelcontextprotocol/clientInfo": { "name": "bare", "version": "1" },
            "io.modelcontextprotocol/clientCapabilities": {},
        });
        let body = json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params });
        self.http
            .post(self.mcp.clone())
            .header("accept", ACCEPT)
            .header("mcp-protocol-version", VERSION)
            .header("mcp-method", method)
            .bearer_auth(token)
            .json(&body)
    }
}

fn listening() -> Value {
    json!({ "notifications": { "toolsListChanged": true } })
}

/// The one message of an answer, plain or as an event, as soon as it is there.
async fn read(mut answer: Response) -> Result<Value> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        body.extend_from_slice(&chunk);
        if let Some(message) = message(&body) {
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

fn text(value: &Value, name: &str) -> Result<String> {
    let text = value.get(name).and_then(Value::as_str);
    Ok(text
        .with_context(|| format!("no {name} in the answer"))?
        .to_owned())
}
