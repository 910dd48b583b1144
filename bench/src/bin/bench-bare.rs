//! The bare wire as a contender: `bench-bare FOLDER URL`. Every request that a sign-in needs, with
//! reqwest; the token in a file; nothing is checked, kept up or renewed.

use std::{fs, path::Path, process::Stdio, sync::Arc};

use anyhow::{Context as _, Result, bail};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use drawbridge_bench::{
    bare::{ACCEPT, Bare, text},
    contender::{Order, Told, timed},
    lines::{Orders, tell},
};
use reqwest::Client;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    process::Command,
};
use url::Url;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [folder, url] = &words[..] else {
        bail!("in which folder, and for which server?");
    };
    let bare = Bare {
        http: Client::builder().no_proxy().build()?,
        url: Url::parse(url)?,
        token: String::new(),
    };
    let bare = match stored(bare, &Path::new(folder).join("token")).await {
        Ok(bare) => bare,
        Err(error) => {
            let why = format!("{error:#}");
            return Ok(tell(&Told::Failed { why })?);
        }
    };
    let tools = bare.open().await?;
    tell(&Told::Connected { tools })?;
    let mut orders = Orders::new();
    while let Some(order) = orders.next().await? {
        let told = match order {
            Order::Call {
                what,
                times,
                in_flight,
            } => {
                let (bare, what) = (bare.clone(), Arc::new(what));
                let call = move || {
                    let (bare, what) = (bare.clone(), Arc::clone(&what));
                    async move {
                        let came = bare.call(&what.tool, &what.arguments).await;
                        what.check(came.map_err(|error| format!("{error:#}"))?)
                    }
                };
                Told::Called(timed(times, in_flight, call).await)
            }
            Order::Begin { .. } | Order::Cancel => Told::Failed {
                why: "the bare wire renews nothing".to_owned(),
            },
        };
        tell(&told)?;
    }
    Ok(())
}

/// With the token of the last time, or of a sign-in.
async fn stored(mut bare: Bare, file: &Path) -> Result<Bare> {
    bare.token = if let Ok(token) = fs::read_to_string(file) {
        token
    } else {
        let token = signed_in(&bare).await?;
        fs::write(file, &token)?;
        token
    };
    Ok(bare)
}

/// Probe, metadata, registration, the page in the browser, and the token.
async fn signed_in(bare: &Bare) -> Result<String> {
    let Bare { http, url, .. } = bare;
    let probe = json!({
        "jsonrpc": "2.0", "id": 0, "method": "initialize",
        "params": {
            "protocolVersion": "2025-11-25", "capabilities": {},
            "clientInfo": { "name": "bare", "version": "1" },
        },
    });
    let request = http.post(url.clone()).header("accept", ACCEPT).json(&probe);
    request.send().await?.bytes().await?;
    let resource = url.join("/.well-known/oauth-protected-resource/mcp")?;
    let resource: Value = http.get(resource).send().await?.json().await?;
    let issuer = resource["authorization_servers"][0].as_str();
    let issuer = issuer.context("no authorization server")?;
    let metadata = format!("{issuer}/.well-known/oauth-authorization-server");
    let metadata: Value = http.get(metadata).send().await?.json().await?;

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let redirect = format!("http://{}/callback", listener.local_addr()?);
    let registration = json!({
        "client_name": "bare", "redirect_uris": [redirect], "application_type": "native",
        "token_endpoint_auth_method": "none",
        "grant_types": ["authorization_code", "refresh_token"],
    });
    let register = text(&metadata, "registration_endpoint")?;
    let registered = http.post(register).json(&registration).send().await?;
    let client_id = text(&registered.json().await?, "client_id")?;

    let verifier = BASE64_URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
    let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier));
    let page = Url::parse_with_params(
        &text(&metadata, "authorization_endpoint")?,
        [
            ("response_type", "code"),
            ("client_id", &client_id),
            ("redirect_uri", &redirect),
            ("scope", "tools"),
            ("state", "bare"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
            ("resource", url.as_str()),
        ],
    )?;
    let code = code(&listener, &page).await?;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", &redirect),
        ("client_id", &client_id),
        ("code_verifier", &verifier),
        ("resource", url.as_str()),
    ];
    let endpoint = text(&metadata, "token_endpoint")?;
    let answer = http.post(endpoint).form(&form).send().await?;
    text(&answer.error_for_status()?.json().await?, "access_token")
}

/// Opens the page, and waits for the browser to come back.
async fn code(listener: &TcpListener, page: &Url) -> Result<String> {
    let browser = std::env::var_os("BROWSER").context("no browser")?;
    let mut browser = Command::new(browser);
    browser.arg(page.as_str()).stdin(Stdio::null());
    let _browser = browser.stdout(Stdio::null()).spawn()?;
    let (mut visitor, _) = listener.accept().await?;
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        if visitor.read_buf(&mut request).await? == 0 {
            break;
        }
    }
    let thanks = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    visitor.write_all(thanks).await?;
    let request = String::from_utf8(request)?;
    let path = request.split(' ').nth(1).context("no request")?;
    let path = Url::parse("http://localhost")?.join(path)?;
    let code = path.query_pairs().find(|(name, _)| name == "code");
    Ok(code.context("no code")?.1.into_owned())
}
