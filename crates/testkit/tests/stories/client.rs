//! The barest client that does everything right, with each step to be spoiled by a test.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use drawbridge_testkit::{Person, Sample};
use reqwest::{Client as Http, Response};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;

pub(crate) const REDIRECT: &str = "dev.drawbridge.desktop:/oauth/callback";
pub(crate) const VERIFIER: &str = "a-verifier-of-at-least-forty-three-characters-0";
pub(crate) const STATE: &str = "a-state-that-nobody-guesses";

pub(crate) struct Client {
    pub(crate) mcp: Url,
    issuer: String,
    pub(crate) id: String,
    pub(crate) secret: Option<String>,
    pub(crate) http: Http,
}

impl Client {
    pub(crate) async fn register(sample: &Sample) -> Self {
        Self::register_at(sample.mcp_url(), &sample.issuer(), "register").await
    }

    pub(crate) async fn register_at(mcp: Url, issuer: &str, place: &str) -> Self {
        let http = Http::builder().no_proxy().build().unwrap();
        let body = json!({
            "client_name": "Tester", "redirect_uris": [REDIRECT],
            "token_endpoint_auth_method": "none", "application_type": "native",
            "grant_types": ["authorization_code", "refresh_token"],
        });
        let url = format!("{issuer}/{place}");
        let answer = http.post(url).json(&body).send().await.unwrap();
        assert_eq!(answer.status(), 201);
        let answer: Value = answer.json().await.unwrap();
        let text = |name: &str| answer[name].as_str().map(str::to_owned);
        Self {
            mcp,
            issuer: issuer.to_owned(),
            id: text("client_id").unwrap(),
            secret: text("client_secret"),
            http,
        }
    }

    pub(crate) fn authorization_url(&self, change: &[(&str, &str)]) -> String {
        self.authorization_url_at("authorize", change)
    }

    pub(crate) fn authorization_url_at(&self, place: &str, change: &[(&str, &str)]) -> String {
        let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
        let resource = self.mcp.as_str();
        let mut params = vec![
            ("response_type", "code"),
            ("client_id", &self.id),
            ("redirect_uri", REDIRECT),
            ("state", STATE),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
            ("resource", resource),
            ("scope", "tools"),
        ];
        params.retain(|(name, _)| change.iter().all(|(changed, _)| changed != name));
        params.extend(change);
        params.retain(|(_, value)| !value.is_empty());
        Url::parse_with_params(&format!("{}/{place}", self.issuer), params)
            .unwrap()
            .into()
    }

    pub(crate) async fn code(&self) -> String {
        let callback = Person::ada()
            .follow(&self.authorization_url(&[]))
            .await
            .unwrap();
        param(&callback, "code").unwrap()
    }

    pub(crate) async fn exchange(&self, code: &str, change: &[(&str, &str)]) -> Response {
        let resource = self.mcp.as_str();
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
            ("resource", resource),
        ];
        self.token(&form, change).await
    }

    pub(crate) async fn refresh(&self, token: &str, change: &[(&str, &str)]) -> Response {
        let resource = self.mcp.as_str();
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", token),
            ("resource", resource),
        ];
        self.token(&form, change).await
    }

    pub(crate) async fn sign_in(&self) -> Tokens {
        let answer = self.exchange(&self.code().await, &[]).await;
        assert_eq!(answer.status(), 200);
        Tokens::from(answer.json::<Value>().await.unwrap())
    }

    pub(crate) async fn revoke(&self, token: &str) -> Response {
        let url = format!("{}/revoke", self.issuer);
        let form = [("token", token), ("client_id", &self.id)];
        self.http.post(url).form(&form).send().await.unwrap()
    }

    /// The first request of the older era.
    pub(crate) async fn initialize(&self, token: Option<&str>) -> Response {
        let params = json!({
            "protocolVersion": "2025-11-25", "capabilities": {},
            "clientInfo": { "name": "tester", "version": "1" },
        });
        self.rpc("initialize", &params, token, None).await
    }

    pub(crate) async fn rpc(
        &self,
        method: &str,
        params: &Value,
        token: Option<&str>,
        session: Option<&str>,
    ) -> Response {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let mut request = self
            .http
            .post(self.mcp.clone())
            .header("accept", "application/json, text/event-stream")
            .json(&body);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(session) = session {
            request = request.header("mcp-session-id", session);
        }
        request.send().await.unwrap()
    }

    async fn token(&self, form: &[(&str, &str)], change: &[(&str, &str)]) -> Response {
        let mut form = form.to_vec();
        form.push(("client_id", &self.id));
        form.retain(|(name, _)| change.iter().all(|(changed, _)| changed != name));
        form.extend(change);
        form.retain(|(_, value)| !value.is_empty());
        let url = format!("{}/token", self.issuer);
        self.http.post(url).form(&form).send().await.unwrap()
    }
}

pub(crate) struct Tokens {
    pub(crate) access: String,
    pub(crate) refresh: String,
}

impl From<Value> for Tokens {
    fn from(answer: Value) -> Self {
        let text = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
        Self {
            access: text("access_token"),
            refresh: text("refresh_token"),
        }
    }
}

pub(crate) fn param(url: &str, name: &str) -> Option<String> {
    let url = Url::parse(url).unwrap();
    url.query_pairs()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

pub(crate) async fn error(answer: Response) -> (u16, String) {
    let status = answer.status().as_u16();
    let body: Value = answer.json().await.unwrap();
    (status, body["error"].as_str().unwrap().to_owned())
}
