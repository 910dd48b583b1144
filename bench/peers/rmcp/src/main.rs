//! rmcp's own client with its own sign-in: `bench-rmcp FOLDER URL`.

#[path = "../../../src/contender.rs"]
mod contender;
#[path = "../../../src/lines.rs"]
mod lines;
mod sign_in;
mod store;

use std::{path::Path, sync::Arc};

use anyhow::{Context as _, Result};
use rmcp::{
    Peer, RoleClient, ServiceExt as _,
    model::CallToolRequestParams,
    service::RunningService,
    transport::{
        AuthClient, StreamableHttpClientTransport,
        streamable_http_client::StreamableHttpClientTransportConfig,
    },
};
use tokio::task::JoinHandle;

use crate::{
    contender::{Call, Called, Order, Told, timed},
    lines::{Orders, tell},
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let mut words = std::env::args().skip(1);
    let folder = words.next().context("in which folder?")?;
    let url = words.next().context("for which server?")?;
    let (session, tools) = match connected(Path::new(&folder), &url).await {
        Ok(connected) => connected,
        Err(error) => {
            let why = format!("{error:#}");
            return Ok(tell(&Told::Failed { why })?);
        }
    };
    tell(&Told::Connected { tools })?;
    let mut begun: Option<JoinHandle<()>> = None;
    let mut orders = Orders::new();
    while let Some(order) = orders.next().await? {
        let told = match order {
            Order::Call {
                what,
                times,
                in_flight,
            } => Told::Called(calls(session.peer(), what, times, in_flight).await),
            Order::Begin { what } => {
                let peer = session.peer().clone();
                begun = Some(tokio::spawn(async move {
                    // It is going to be given up.
                    let _ = call(&peer, &what).await;
                }));
                Told::Done
            }
            Order::Cancel => {
                if let Some(begun) = begun.take() {
                    begun.abort();
                }
                Told::Done
            }
        };
        tell(&told)?;
    }
    session.cancel().await?;
    Ok(())
}

async fn connected(folder: &Path, url: &str) -> Result<(RunningService<RoleClient, ()>, usize)> {
    let manager = sign_in::manager(folder, url).await?;
    let client = AuthClient::new(reqwest::Client::new(), manager);
    let config = StreamableHttpClientTransportConfig::with_uri(url);
    let transport = StreamableHttpClientTransport::with_client(client, config);
    let session = ().serve(transport).await?;
    let tools = session.list_all_tools().await?.len();
    Ok((session, tools))
}

async fn calls(peer: &Peer<RoleClient>, what: Call, times: usize, in_flight: usize) -> Called {
    let (peer, what) = (peer.clone(), Arc::new(what));
    timed(times, in_flight, move || {
        let (peer, what) = (peer.clone(), Arc::clone(&what));
        async move {
            let came = call(&peer, &what).await;
            what.check(came.map_err(|error| format!("{error:#}"))?)
        }
    })
    .await
}

/// Runs a tool; answers with how much text came.
async fn call(peer: &Peer<RoleClient>, what: &Call) -> Result<usize> {
    let arguments = what.arguments.as_object().cloned().unwrap_or_default();
    let request = CallToolRequestParams::new(what.tool.clone()).with_arguments(arguments);
    let answer = peer.call_tool(request).await?;
    let texts = answer
        .content
        .iter()
        .filter_map(|content| content.as_text());
    Ok(texts.map(|text| text.text.len()).sum())
}
