//! A sign-in with reqwest and nothing else, up to its callback and on from there.

use anyhow::{Context as _, Result};
use drawbridge_bench::bare::{ACCEPT, Bare, text};
use drawbridge_oauth::{
    ClientId, Http, HttpOptions, Issuer, Leniency, PkceVerifier, Reach, RedirectUri, Resource,
    Scopes, authorize, discover_server,
};
use drawbridge_testkit::{Person, Sample};
use reqwest::Client;
use serde_json::{Value, json};
use url::Url;

/// A client that has asked everything that comes before a sign-in.
pub(crate) struct SignIn {
    http: Client,
    mcp: Url,
    token_endpoint: String,
    client_id: String,
    verifier: PkceVerifier,
    callback: Url,
}

impl SignIn {
    /// Probe, metadata, registration; then ada signs in. The callback is not looked at yet.
    pub(crate) async fn prepare(sample: &Sample) -> Result<Self> {
        let http = Client::builder().no_proxy().build()?;
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
        let bare = Bare {
            http: self.http.clone(),
            url: self.mcp.clone(),
            token: self.token().await?,
        };
        bare.open().await
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
}
