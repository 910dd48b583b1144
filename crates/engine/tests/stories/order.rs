//! The order of the list: the person decides it, it is kept, and every process sees it.

use drawbridge_engine::ServerId;
use drawbridge_engine::view::{AuthKind, Event};
use drawbridge_oauth::HttpOptions;

use crate::desk::{Desk, Screen, limits, new_server, open};

/// Three servers, as they were added.
async fn three(desk: &Desk) -> [ServerId; 3] {
    let mut ids = Vec::new();
    for name in ["a", "b", "c"] {
        let mut server = new_server(&format!("http://127.0.0.1:9/{name}"), AuthKind::OAuth);
        server.name = Some(name.into());
        ids.push(desk.engine.add_server(server).await.unwrap().id.into());
    }
    ids.try_into().unwrap()
}

async fn names(desk: &Desk) -> String {
    let servers = desk.engine.snapshot().await.unwrap().servers;
    servers.iter().map(|server| server.name.as_str()).collect()
}

async fn order_told(desk: &mut Desk) -> Vec<String> {
    loop {
        if let Event::OrderChanged { order } = desk.event().await {
            return order;
        }
    }
}

fn told_any(desk: &mut Desk) -> bool {
    let events = desk.pending_events();
    events
        .iter()
        .any(|event| matches!(event, Event::OrderChanged { .. }))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_goes_where_the_person_puts_it_and_stays_there() {
    let mut desk = Desk::start().await;
    let [a, b, c] = three(&desk).await;
    assert_eq!(names(&desk).await, "abc");

    desk.engine.move_server(&c, 0).await.unwrap();
    assert_eq!(names(&desk).await, "cab");
    assert_eq!(
        order_told(&mut desk).await,
        [&c, &a, &b].map(ToString::to_string)
    );

    desk.engine.move_server(&c, 1).await.unwrap();
    assert_eq!(names(&desk).await, "acb");
    desk.engine.move_server(&a, usize::MAX).await.unwrap();
    assert_eq!(names(&desk).await, "cba");

    desk.restart().await;
    assert_eq!(names(&desk).await, "cba");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_added_later_comes_last_and_what_is_removed_leaves_no_gap() {
    let desk = Desk::start().await;
    let [a, b, c] = three(&desk).await;
    desk.engine.move_server(&a, 2).await.unwrap();
    desk.engine.remove_server(&b).await.unwrap();
    let added = new_server("http://127.0.0.1:9/d", AuthKind::OAuth);
    let added = desk.engine.add_server(added).await.unwrap().id;
    desk.engine.move_server(&c, 1).await.unwrap();
    let snapshot = desk.engine.snapshot().await.unwrap();
    let order: Vec<String> = snapshot.servers.into_iter().map(|s| s.id).collect();
    assert_eq!(order, [a.to_string(), c.to_string(), added]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_that_changes_nothing_is_not_told_and_one_of_nobody_is_refused() {
    let mut desk = Desk::start().await;
    let [_, b, _] = three(&desk).await;
    names(&desk).await;
    desk.pending_events();
    desk.engine.move_server(&b, 1).await.unwrap();
    let gone = desk.engine.move_server(&"gone".into(), 0).await;
    assert_eq!(gone.unwrap_err().code(), "unknown_server");
    assert!(!told_any(&mut desk));
    assert_eq!(names(&desk).await, "abc");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_process_moves_is_told_here() {
    let mut desk = Desk::start().await;
    let [a, b, c] = three(&desk).await;
    names(&desk).await;
    desk.engine.start().await.unwrap();
    let (surface, _screen) = Screen::new();
    let http = HttpOptions::default();
    let other = open(desk.folder.path(), &desk.clock, limits(), surface, http).await;
    other.move_server(&a, 2).await.unwrap();
    assert_eq!(
        order_told(&mut desk).await,
        [&b, &c, &a].map(ToString::to_string)
    );
    assert_eq!(names(&desk).await, "bca");
}
