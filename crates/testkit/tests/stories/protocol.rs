//! MCP as rmcp's own client sees it, in both eras.

use std::{sync::Arc, time::Duration};

use drawbridge_testkit::{
    Calls, Gate, Sample,
    mcp::{Access, Eras},
};
use rmcp::{
    ClientHandler, ClientLifecycleMode, ClientServiceExt, RoleClient,
    model::{
        CallToolRequest, CallToolRequestParams, CallToolResult, ClientRequest, ProtocolVersion,
        SubscriptionFilter,
    },
    service::{NotificationContext, PeerRequestOptions, RunningService},
    transport::{
        StreamableHttpClientTransport, streamable_http_client::StreamableHttpClientTransportConfig,
    },
};
use rstest::rstest;
use serde_json::{Value, json};
use tokio::{sync::Notify, time::timeout};

use crate::client::Client;

#[derive(Clone, Default)]
struct Listener {
    changed: Arc<Notify>,
}

impl ClientHandler for Listener {
    async fn on_tool_list_changed(&self, _: NotificationContext<RoleClient>) {
        self.changed.notify_one();
    }
}

type Session = RunningService<RoleClient, Listener>;

async fn sample(eras: Eras) -> Sample {
    let sample = Sample::start().await;
    sample.mcp.behave(|b| {
        b.access = Access::Open;
        b.eras = eras;
    });
    sample
}

async fn open(sample: &Sample, eras: Eras, listener: &Listener) -> Session {
    let config = StreamableHttpClientTransportConfig::with_uri(sample.mcp_url().as_str());
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let transport = StreamableHttpClientTransport::with_client(http, config);
    let mode = match eras {
        Eras::Discover => ClientLifecycleMode::Discover {
            preferred_versions: vec![ProtocolVersion::V_2026_07_28],
        },
        _ => ClientLifecycleMode::Initialize,
    };
    listener
        .clone()
        .serve_with_lifecycle(transport, mode)
        .await
        .unwrap()
}

async fn call(session: &Session, tool: &'static str, arguments: Value) -> CallToolResult {
    let arguments = arguments.as_object().unwrap().clone();
    let request = CallToolRequestParams::new(tool).with_arguments(arguments);
    session.call_tool(request).await.unwrap()
}

#[rstest]
#[case(Eras::Initialize)]
#[case(Eras::Discover)]
#[tokio::test]
async fn the_eight_tools_come_in_pages_and_run(#[case] eras: Eras) {
    let sample = sample(eras).await;
    let session = open(&sample, eras, &Listener::default()).await;
    let first = session.list_tools(None).await.unwrap();
    assert_eq!(first.tools.len(), 5);
    assert_eq!(first.next_cursor.as_deref(), Some("from-5"));
    let tools = session.list_all_tools().await.unwrap();
    let names: Vec<_> = tools.iter().map(|tool| tool.name.as_ref()).collect();
    insta::allow_duplicates! { insta::assert_snapshot!(names.join(" "), @"greet draw_bridge fail slow weather form admin_report revoke_my_sign_in"); }

    let hello = call(&session, "greet", json!({ "name": "Bo", "language": "fr" })).await;
    assert_eq!(hello.content[0].as_text().unwrap().text, "Bonjour, Bo!");
    let picture = call(&session, "draw_bridge", json!({ "open": 30 })).await;
    let image = picture.content[1].as_image().unwrap();
    assert!(image.mime_type == "image/png" && image.data.starts_with("iVBORw0KGgo"));
    assert_eq!(call(&session, "fail", json!({})).await.is_error, Some(true));
    let weather = call(&session, "weather", json!({ "place": "Oslo" })).await;
    assert_eq!(weather.structured_content.unwrap()["place"], "Oslo");
    let form = json!({ "text": "a", "agree": true, "note": null, "point": [1, 2] });
    assert_eq!(
        call(&session, "form", form.clone())
            .await
            .structured_content,
        Some(form)
    );
    call(&session, "slow", json!({ "seconds": 0 })).await;
    let broken = CallToolRequestParams::new("fail")
        .with_arguments(json!({ "kind": "protocol" }).as_object().unwrap().clone());
    assert!(session.call_tool(broken).await.is_err());
    session.cancel().await.unwrap();
}

#[tokio::test]
async fn sessions_hear_of_new_tools_and_end_with_delete() {
    let sample = sample(Eras::Both).await;
    let listener = Listener::default();
    let session = open(&sample, Eras::Initialize, &listener).await;
    assert_eq!(sample.mcp.sessions().await, 1);
    sample.mcp.ears_reach(1).await;
    sample.mcp.add_tool("surprise");
    timeout(Duration::from_mins(1), listener.changed.notified())
        .await
        .unwrap();
    let tools = session.list_all_tools().await.unwrap();
    assert_eq!(tools.last().unwrap().name, "surprise");
    session.cancel().await.unwrap();
    sample
        .seen(|seen| seen.method == "DELETE" && seen.status.is_some())
        .await;
    assert_eq!(sample.mcp.sessions().await, 0);
}

#[tokio::test]
async fn stateless_listeners_hear_of_new_tools_too() {
    let sample = sample(Eras::Discover).await;
    let session = open(&sample, Eras::Discover, &Listener::default()).await;
    let filter = SubscriptionFilter::builder().tools_list_changed().build();
    let mut subscription = session.listen(filter).await.unwrap();
    sample.mcp.ears_reach(1).await;
    sample.mcp.change_tools(|tools| tools.truncate(2));
    let heard = timeout(Duration::from_mins(1), subscription.next())
        .await
        .unwrap();
    assert!(heard.unwrap().is_some());
    assert_eq!(session.list_all_tools().await.unwrap().len(), 2);
    assert_eq!(sample.mcp.sessions().await, 0);
}

#[tokio::test]
async fn a_dropped_session_answers_404() {
    let sample = sample(Eras::Both).await;
    let client = Client::register(&sample).await;
    let opened = client.initialize(None).await;
    let id = opened.headers()["mcp-session-id"]
        .to_str()
        .unwrap()
        .to_owned();
    let list = async || {
        client
            .rpc("tools/list", &json!({}), None, Some(&id))
            .await
            .status()
    };
    assert_eq!(list().await, 200);
    sample.mcp.drop_sessions().await;
    assert_eq!(list().await, 404);
}

#[rstest]
#[case(Eras::Initialize, "server/discover")]
#[case(Eras::Discover, "initialize")]
#[tokio::test]
async fn a_server_of_one_era_does_not_know_the_other(#[case] eras: Eras, #[case] method: &str) {
    let sample = sample(eras).await;
    let client = Client::register(&sample).await;
    assert_eq!(
        client.rpc(method, &json!({}), None, None).await.status(),
        400
    );
}

#[tokio::test]
async fn the_tool_that_revokes_the_sign_in_does_so() {
    let sample = Sample::start().await;
    let client = Client::register(&sample).await;
    let tokens = client.sign_in().await;
    let opened = client.initialize(Some(&tokens.access)).await;
    let id = opened.headers()["mcp-session-id"]
        .to_str()
        .unwrap()
        .to_owned();
    let revoke = json!({ "name": "revoke_my_sign_in" });
    let answer = client
        .rpc("tools/call", &revoke, Some(&tokens.access), Some(&id))
        .await;
    assert!(answer.text().await.unwrap().contains("signed out"));
    let answer = client
        .rpc("tools/list", &json!({}), Some(&tokens.access), Some(&id))
        .await;
    assert_eq!(answer.status(), 401);
    assert_eq!(sample.auth.live_grants(), 0);
}

#[tokio::test]
async fn a_call_can_be_held_before_it_runs() {
    let sample = sample(Eras::Initialize).await;
    let gate = Gate::closed();
    sample.mcp.behave(|b| b.call_gate = Some(gate.clone()));
    let session = open(&sample, Eras::Initialize, &Listener::default()).await;
    let held = call(&session, "greet", json!({ "name": "Bo" }));
    let release = async {
        gate.reached(1).await;
        assert_eq!(sample.mcp.calls(), Calls::default());
        gate.open();
    };
    futures::future::join(held, release).await;
    assert_eq!(
        sample.mcp.calls(),
        Calls {
            begun: 1,
            finished: 1,
            cancelled: 0
        }
    );
}

#[rstest]
#[case(Eras::Initialize)]
#[case(Eras::Discover)]
#[tokio::test]
async fn a_slow_call_can_be_cancelled(#[case] eras: Eras) {
    let sample = sample(eras).await;
    let session = open(&sample, eras, &Listener::default()).await;
    let arguments = json!({ "seconds": 500 }).as_object().unwrap().clone();
    let params = CallToolRequestParams::new("slow").with_arguments(arguments);
    let request = ClientRequest::CallToolRequest(CallToolRequest::new(params));
    let options = PeerRequestOptions::no_options();
    let running = session
        .send_cancellable_request(request, options)
        .await
        .unwrap();
    sample.mcp.calls_reach(|calls| calls.begun == 1).await;
    running.cancel(Some("enough".to_owned())).await.unwrap();
    let cancelled = sample.mcp.calls_reach(|calls| calls.cancelled == 1);
    timeout(Duration::from_mins(1), cancelled).await.unwrap();
}

#[tokio::test]
async fn an_added_tool_says_what_it_was_given_to_say() {
    let sample = sample(Eras::Discover).await;
    sample.mcp.add_tool_that_says("page", "A long page.");
    let session = open(&sample, Eras::Discover, &Listener::default()).await;
    let answer = session
        .call_tool(CallToolRequestParams::new("page"))
        .await
        .unwrap();
    let said = answer.content[0].as_text().unwrap();
    assert_eq!(said.text, "A long page.");
    session.cancel().await.unwrap();
}
