//! The registry of MCP servers, searched: a small one on this computer stands for it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use drawbridge_engine::{Error, Limits};
use drawbridge_testkit::{Canned, KeptPort};
use serde_json::{Value, json};
use url::Url;

use crate::desk::{Desk, limits};

/// A registry that gives the next of its answers each time, and the last one for ever.
struct Registry {
    url: Url,
    asked: Arc<Mutex<Vec<String>>>,
}

type Answers = (Arc<Mutex<Vec<String>>>, Arc<Vec<Canned>>);

impl Registry {
    async fn answering(answers: Vec<Canned>) -> Self {
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let state: Answers = (asked.clone(), Arc::new(answers));
        let app = Router::new()
            .route("/v0.1/servers", get(answer))
            .with_state(state);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self {
            url: url.parse().unwrap(),
            asked,
        }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

async fn answer(State((asked, answers)): State<Answers>, RawQuery(query): RawQuery) -> Response {
    let turn = {
        let mut asked = asked.lock().unwrap();
        asked.push(query.unwrap_or_default());
        asked.len() - 1
    };
    let last = answers.len() - 1;
    answers[turn.min(last)].clone().into_response()
}

fn server(id: &str, url: &str) -> Value {
    json!({ "server": {
        "name": id, "description": "Finds.", "version": "1.0.0",
        "remotes": [{ "type": "streamable-http", "url": url }],
    } })
}

/// A server that is a program, which has no address.
fn program(id: &str) -> Value {
    json!({ "server": { "name": id, "description": "Runs here.", "version": "1.0.0",
                        "packages": [{ "registryType": "npm", "identifier": id }] } })
}

fn page(servers: &[Value], next: Option<&str>) -> Canned {
    let metadata = json!({ "count": servers.len(), "nextCursor": next });
    Canned::json(200, &json!({ "servers": servers, "metadata": metadata }))
}

async fn refused(desk: &Desk, registry: &Registry) -> Error {
    let found = desk.engine.search_registry(&registry.url, "x", None).await;
    found.unwrap_err()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_reads_on_until_it_has_something_to_show() {
    let desk = Desk::start().await;
    let eight: Vec<_> = (0..8)
        .map(|at| {
            server(
                &format!("com.example/s{at}"),
                "https://mcp.finder.example/mcp",
            )
        })
        .collect();
    let registry = Registry::answering(vec![
        page(&[program("com.example/p")], Some("b&c")),
        page(&eight, Some("third")),
        page(
            &[server("com.example/last", "https://last.example/mcp")],
            None,
        ),
    ])
    .await;
    let engine = &desk.engine;
    let first = engine
        .search_registry(&registry.url, " sea rch ", None)
        .await;
    let first = first.unwrap();
    assert_eq!(
        (first.servers.len(), first.next.as_deref()),
        (8, Some("third"))
    );
    let name = first.servers[0].remotes[0].name.as_deref();
    assert_eq!(name, Some("Finder"));
    let rest = engine
        .search_registry(&registry.url, "sea rch", first.next)
        .await
        .unwrap();
    assert_eq!((rest.servers[0].title.as_str(), rest.next), ("last", None));
    assert_eq!(
        registry.asked(),
        [
            "version=latest&limit=50&search=sea+rch",
            "version=latest&limit=50&search=sea+rch&cursor=b%26c",
            "version=latest&limit=50&search=sea+rch&cursor=third",
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_that_leads_on_for_ever_is_left() {
    let desk = Desk::start().await;
    let only_programs = page(&[program("com.example/p")], Some("again"));
    let registry = Registry::answering(vec![only_programs]).await;
    let found = desk.engine.search_registry(&registry.url, "", None).await;
    let found = found.unwrap();
    assert_eq!((found.servers.len(), found.next), (0, None));
    assert_eq!(registry.asked().len(), 2);

    let pages = (0..9).map(|at| page(&[], Some(&format!("page-{at}"))));
    let registry = Registry::answering(pages.collect()).await;
    let found = desk.engine.search_registry(&registry.url, "", None).await;
    assert_eq!(found.unwrap().next.as_deref(), Some("page-2"));
    assert_eq!(registry.asked().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_list_is_told_in_a_sentence() {
    let desk = Desk::start().await;
    let cases = [
        (Canned::html(200), "registry_not_understood"),
        (
            Canned::json(200, &json!({ "servers": 7 })),
            "registry_not_understood",
        ),
        (Canned::html(502), "registry_refused"),
        (Canned::too_many_requests(60), "registry_refused"),
        (Canned::cut_off(), "registry_unreachable"),
        (Canned::endless(200), "registry_too_large"),
    ];
    for (canned, code) in cases {
        let registry = Registry::answering(vec![canned]).await;
        let error = refused(&desk, &registry).await;
        assert_eq!(error.code(), code);
        assert!(error.remedy().is_some());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_that_does_not_end_its_answer_is_given_up() {
    let desk = Desk::with_limits(Limits {
        probe: Duration::from_millis(200),
        ..limits()
    })
    .await;
    let registry = Registry::answering(vec![Canned::drip(200)]).await;
    assert_eq!(refused(&desk, &registry).await.code(), "registry_timed_out");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_network_the_registry_cannot_be_reached() {
    let desk = Desk::start().await;
    let nobody = KeptPort::free().unwrap();
    let url: Url = format!("http://{}/", nobody.address()).parse().unwrap();
    let error = desk.engine.search_registry(&url, "x", None).await;
    let error = error.unwrap_err();
    assert_eq!(error.code(), "registry_unreachable");
    assert_eq!(error.to_string(), "The registry cannot be reached.");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_that_is_no_name_is_not_sent() {
    let desk = Desk::start().await;
    let registry = Registry::answering(vec![page(&[], None)]).await;
    let long = "x".repeat(201);
    let error = desk
        .engine
        .search_registry(&registry.url, &long, None)
        .await;
    assert_eq!(error.unwrap_err().code(), "registry_query_too_long");
    assert_eq!(registry.asked(), Vec::<String>::new());
}
