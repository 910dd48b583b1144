//! A token endpoint that is somewhere else by now.

use drawbridge_engine::ServerId;
use drawbridge_testkit::mcp::Hosts;
use serde_json::json;

use crate::desk::Desk;
use crate::metadata::{metadata_requests, old_server};

// rule: A6, G5
#[tokio::test(flavor = "multi_thread")]
async fn a_token_endpoint_that_has_moved_is_found_again_once() {
    let mut desk = Desk::start().await;
    let id = desk.add().await;
    desk.sign_in(&id).await;
    desk.sample.auth.behave(|b| b.token_at = "/oauth/token");
    let looked = metadata_requests(&desk);
    for call in ["1", "2"] {
        desk.sample.auth.expire_access_tokens();
        let arguments = json!({ "name": "Ada" });
        let call = desk.engine.call_tool(&id, call, "greet", arguments);
        call.await.unwrap();
    }
    assert_eq!(metadata_requests(&desk), looked + 1);
    let counters = desk.sample.auth.counters();
    assert_eq!((counters.refreshes, counters.refresh_reuses), (2, 0));
}

/// Connected to a server whose tokens come from another host, which is switched off.
async fn without_token_endpoint() -> (Desk, ServerId) {
    let mut desk = old_server(Hosts::Metadata).await;
    let elsewhere = format!("{}/token", desk.sample.issuer());
    desk.sample.auth.behave(|b| {
        let name = "token_endpoint".to_owned();
        b.metadata_patch.insert(name, elsewhere.into());
    });
    let id = desk.add().await;
    desk.sign_in(&id).await;
    desk.sample.auth.close().await;
    desk.sample.auth.expire_access_tokens();
    (desk, id)
}

/// Calls a tool when the next renewal is due.
async fn greet(desk: &Desk, id: &ServerId, call: &str) -> Result<(), &'static str> {
    desk.clock.advance(60);
    let arguments = json!({ "name": "Ada" });
    let call = desk.engine.call_tool(id, call, "greet", arguments).await;
    call.map(drop).map_err(|error| error.code())
}

// rule: A6, G5
#[tokio::test(flavor = "multi_thread")]
async fn a_token_endpoint_that_has_left_its_host_is_found_again_at_the_second_failure() {
    let (desk, id) = without_token_endpoint().await;
    let looked = metadata_requests(&desk);
    desk.sample.auth.behave(|b| b.metadata_patch.clear());
    greet(&desk, &id, "1").await.unwrap_err();
    assert_eq!(metadata_requests(&desk), looked, "the network may be down");
    greet(&desk, &id, "2").await.unwrap();
    assert_eq!(metadata_requests(&desk), looked + 1);
    // And it is remembered.
    desk.sample.auth.expire_access_tokens();
    greet(&desk, &id, "3").await.unwrap();
    assert_eq!(metadata_requests(&desk), looked + 1);
    let counters = desk.sample.auth.counters();
    assert_eq!((counters.refreshes, counters.refresh_reuses), (2, 0));
}

// rule: A6, G5
#[tokio::test(flavor = "multi_thread")]
async fn a_token_endpoint_that_is_only_away_is_waited_for() {
    let (desk, id) = without_token_endpoint().await;
    for call in ["1", "2", "3"] {
        greet(&desk, &id, call).await.unwrap_err();
    }
    desk.sample.auth.reopen().await.unwrap();
    greet(&desk, &id, "4").await.unwrap();
    assert_eq!(desk.sample.auth.counters().refreshes, 1);
}
