//! Drawbridge's engine as a contender: `bench-engine FOLDER URL [COUNT]`. With a count, the server is in
//! the list so many times, each with a sign-in of its own.

mod connect;
mod person;

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use anyhow::{Context as _, Result};
use drawbridge_bench::{
    contender::{Call, Called, Order, Told, timed},
    lines::{Orders, tell},
};
use drawbridge_engine::{
    Engine, ServerId,
    view::{CallOutcome, ToolContent},
};
use tokio::task::JoinHandle;

use crate::connect::Connected;

/// The name of the call that can be cancelled.
const BEGUN: &str = "begun";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let mut words = std::env::args().skip(1);
    let folder = words.next().context("in which folder?")?;
    let url = words.next().context("for which server?")?;
    let count = words.next().map(|count| count.parse()).transpose()?;
    let connected = match count {
        None => connect::one(Path::new(&folder), &url).await,
        Some(count) => connect::many(Path::new(&folder), &url, count).await,
    };
    match connected {
        Ok(Connected {
            engine,
            server,
            tools,
        }) => {
            tell(&Told::Connected { tools })?;
            obey(&engine, &server).await?;
            engine.shutdown().await;
            Ok(())
        }
        Err(error) => Ok(tell(&Told::Failed {
            why: format!("{error:#}"),
        })?),
    }
}

async fn obey(engine: &Engine, server: &ServerId) -> Result<()> {
    let mut begun: Option<JoinHandle<()>> = None;
    let mut orders = Orders::new();
    while let Some(order) = orders.next().await? {
        let told = match order {
            Order::Call {
                what,
                times,
                in_flight,
            } => Told::Called(calls(engine, server, what, times, in_flight).await),
            Order::Begin { what } => {
                let (engine, server) = (engine.clone(), server.clone());
                begun = Some(tokio::spawn(async move {
                    // It is going to be cancelled.
                    let _ = engine
                        .call_tool(&server, BEGUN, &what.tool, what.arguments)
                        .await;
                }));
                Told::Done
            }
            Order::Cancel => {
                engine.cancel_call(BEGUN);
                if let Some(begun) = begun.take() {
                    begun.await?;
                }
                Told::Done
            }
        };
        tell(&told)?;
    }
    Ok(())
}

async fn calls(
    engine: &Engine,
    server: &ServerId,
    what: Call,
    times: usize,
    in_flight: usize,
) -> Called {
    let (engine, server, what) = (engine.clone(), server.clone(), Arc::new(what));
    let number = Arc::new(AtomicUsize::new(0));
    timed(times, in_flight, move || {
        let (engine, server, what) = (engine.clone(), server.clone(), Arc::clone(&what));
        let number = number.fetch_add(1, Ordering::Relaxed);
        async move {
            let arguments = what.arguments.clone();
            let outcome = engine
                .call_tool(&server, &number.to_string(), &what.tool, arguments)
                .await
                .map_err(|error| format!("{}: {error}", error.code()))?;
            what.check(text_of(&outcome))
        }
    })
    .await
}

fn text_of(outcome: &CallOutcome) -> usize {
    let texts = outcome.content.iter().map(|content| match content {
        ToolContent::Text { text } => text.len(),
        _ => 0,
    });
    texts.sum()
}
