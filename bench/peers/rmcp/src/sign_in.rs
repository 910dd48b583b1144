//! Signing in as rmcp's documentation does it, with `$BROWSER` and a listener.

use std::{path::Path, process::Stdio};

use anyhow::{Context as _, Result};
use rmcp::transport::auth::{AuthorizationManager, AuthorizationRequest, AuthorizationSession};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    process::Command,
};

use crate::store::FileStore;

/// With what is stored, or what a sign-in brings.
pub(crate) async fn manager(folder: &Path, url: &str) -> Result<AuthorizationManager> {
    let mut manager = AuthorizationManager::new_allowing_private_addresses(url).await?;
    manager.set_credential_store(FileStore(folder.join("credentials.json")));
    if manager.initialize_from_store().await? {
        return Ok(manager);
    }
    let found = manager.resolve_metadata().await?;
    manager.set_metadata(found.metadata);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let redirect = format!("http://{}/callback", listener.local_addr()?);
    let request = AuthorizationRequest::new(&redirect);
    let session = AuthorizationSession::new(manager, request).await;
    let session = session.map_err(|(_, error)| error)?;
    let callback = callback(&listener, session.get_authorization_url()).await?;
    session.handle_callback_url(&callback).await?;
    Ok(session.auth_manager)
}

/// Opens the page, and waits for the browser to come back.
async fn callback(listener: &TcpListener, page: &str) -> Result<String> {
    let browser = std::env::var_os("BROWSER").context("no browser")?;
    let mut browser = Command::new(browser);
    browser.arg(page).stdin(Stdio::null());
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
    Ok(format!("http://{}{path}", listener.local_addr()?))
}
