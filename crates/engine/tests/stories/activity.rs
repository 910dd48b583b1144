//! What happened is told while it happens, kept within bounds, and written down behind everybody's back.

use drawbridge_engine::ServerId;
use drawbridge_engine::view::{
    Activity, Deed, DeedOutcome, Event, FactName, ServerChange, ServerView, Status,
};
use drawbridge_testkit::{Canned, Person};
use rstest::rstest;
use serde_json::json;
use sqlx::Connection as _;
use tokio::sync::broadcast::Receiver;

use crate::desk::{Desk, is_connected, limits};
use crate::two_processes::{greet, second};

async fn all(desk: &Desk, id: &ServerId) -> Vec<Activity> {
    desk.engine.activity(id).await.unwrap()
}

/// The steps of the last connection, in their order.
async fn steps(desk: &Desk, id: &ServerId) -> Vec<Activity> {
    let all = all(desk, id).await;
    let run = all.iter().find_map(|it| it.run.clone()).unwrap();
    let steps = all.into_iter().rev();
    steps.filter(|it| it.run.as_ref() == Some(&run)).collect()
}

/// The newest of a kind.
async fn newest(desk: &Desk, id: &ServerId, what: Deed) -> Activity {
    let all = all(desk, id).await;
    all.into_iter().find(|it| it.what == what).unwrap()
}

/// The newest of a kind, once it is over: some go on behind what they lead to.
async fn last(desk: &Desk, id: &ServerId, what: Deed) -> Activity {
    let mut events = desk.engine.events();
    loop {
        let newest = newest(desk, id, what).await;
        if newest.outcome != DeedOutcome::Running {
            return newest;
        }
        told(&mut events, what).await;
    }
}

/// One line for each, with what was asked. Ports differ from run to run, and how often the same is asked
/// in a row is not told: a session may begin to listen a little sooner or later.
fn lines(entries: &[Activity]) -> String {
    let line = |it: &Activity| {
        let asked = it.asked.iter().map(|asked| {
            let place = url::Url::parse(&asked.place).unwrap();
            let status = asked.status.map_or("-".to_owned(), |it| it.to_string());
            format!(" [{} {} {status}]", asked.method, place.path())
        });
        let decided = it.decided.map(|it| format!(" {it:?}")).unwrap_or_default();
        let mut asked: Vec<_> = asked.collect();
        asked.dedup();
        let asked = asked.concat();
        format!("{:?} {:?}{decided}{asked}\n", it.what, it.outcome)
    };
    entries.iter().map(line).collect()
}

fn fact(entry: &Activity, name: FactName) -> Option<&str> {
    let fact = entry.facts.iter().find(|fact| fact.name == name);
    fact.map(|fact| fact.value.as_str())
}

/// The next news of this kind.
pub(crate) async fn told(events: &mut Receiver<Event>, what: Deed) -> Activity {
    let next = async {
        loop {
            if let Event::Activity { entries } = events.recv().await.unwrap()
                && let Some(entry) = entries.into_iter().find(|it| it.what == what)
            {
                return entry;
            }
        }
    };
    let next = tokio::time::timeout(std::time::Duration::from_mins(1), next);
    next.await.expect("news within a minute")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_tells_what_it_asked_what_came_and_what_was_decided() {
    let (desk, id) = Desk::connected().await;
    let steps = steps(&desk, &id).await;
    insta::assert_snapshot!(lines(&steps), @r"
    Probe Ok AsksWhoCalls [POST /mcp 401]
    Challenge Ok ChallengeNames
    ResourceMetadata Ok ResourceFound [GET /.well-known/oauth-protected-resource/mcp 200]
    ServerMetadata Ok MetadataFound [GET /.well-known/oauth-authorization-server 200]
    Registration Ok ClientRegistered [POST /register 201]
    Page Ok PageInWindow
    Callback Ok AnswerIsRight
    Token Ok [POST /token 200]
    Session Ok [POST /mcp 200]
    Tools Ok [POST /mcp 200]
    ");
    assert!(
        steps
            .iter()
            .all(|step| step.sign_in && step.problem.is_none())
    );
    let find = |what| steps.iter().find(|it| it.what == what).unwrap();
    let issuer = desk.sample.auth.issuer();
    let metadata = find(Deed::ServerMetadata);
    assert_eq!(fact(metadata, FactName::Issuer), Some(issuer.as_str()));
    assert_eq!(fact(find(Deed::Tools), FactName::Tools), Some("8"));
    assert_eq!(fact(find(Deed::Token), FactName::Renewable), Some("yes"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reopened_connection_is_its_own_and_the_sign_in_stays() {
    let (mut desk, id) = Desk::connected().await;
    desk.restart().await;
    desk.wait_for(&id, is_connected).await;
    insta::assert_snapshot!(lines(&steps(&desk, &id).await), @r"
    Session Ok [POST /mcp 200]
    Tools Ok [POST /mcp 200]
    ");
    let page = last(&desk, &id, Deed::Page).await;
    assert!(page.sign_in);
    let report = desk.engine.diagnostic_report(&id).await.unwrap();
    assert!(report.contains("## Last sign-in"), "{report}");
}

#[rstest]
#[case::resource("resource_mismatch", Deed::ResourceMetadata)]
#[case::metadata("issuer_mismatch", Deed::ServerMetadata)]
#[case::registration("client_id_needed", Deed::Registration)]
#[case::denied("access_denied", Deed::Callback)]
#[case::token("server_unavailable", Deed::Token)]
#[case::session("http_status", Deed::Session)]
#[case::tools("http_status", Deed::Tools)]
#[tokio::test(flavor = "multi_thread")]
async fn the_step_that_failed_says_why_and_what_to_do(#[case] code: &str, #[case] what: Deed) {
    let mut desk = Desk::start().await;
    let auth = &desk.sample.auth;
    let mcp = &desk.sample.mcp;
    match what {
        Deed::ResourceMetadata => mcp.behave(|b| b.resource = Some("https://other.example".into())),
        Deed::ServerMetadata => auth.behave(|b| {
            b.metadata_issuer = Some("https://a.example".into());
        }),
        Deed::Registration => auth.behave(|b| {
            let refusal = Canned::new(403, "text/plain", "This client is not on the list.");
            b.registration_answers.push_back(refusal);
        }),
        Deed::Token => auth.behave(|b| b.token_answers = [Canned::status(503)].into()),
        Deed::Tools => mcp.behave(|b| {
            b.method_answers = [("tools/list".to_owned(), Canned::status(418))].into();
        }),
        _ => {}
    }
    let id = desk.add().await;
    let person = match what {
        Deed::Callback => Person::ada().deny(),
        _ => Person::ada(),
    };
    let early = [
        Deed::ResourceMetadata,
        Deed::ServerMetadata,
        Deed::Registration,
    ];
    desk.engine.connect(&id).await.unwrap();
    if !early.contains(&what) {
        let prompt = desk.screen.prompt().await;
        // The first look asks the same.
        if what == Deed::Session {
            desk.sample
                .mcp
                .behave(|b| b.answers = [404, 404].map(Canned::html).into());
        }
        let callback = person.follow(prompt.url.as_str()).await.unwrap();
        desk.engine.receive_callback(&callback).await.unwrap();
    }
    let ended = |server: &ServerView| {
        !matches!(
            server.status,
            Status::FindingOut | Status::WaitingForYou | Status::SigningIn | Status::Connecting
        )
    };
    desk.wait_for(&id, ended).await;
    let steps = steps(&desk, &id).await;
    let failed: Vec<_> = steps.iter().filter(|it| it.problem.is_some()).collect();
    let [failed] = failed.as_slice() else {
        panic!("{}", lines(&steps));
    };
    let problem = failed.problem.as_ref().unwrap();
    assert_eq!(
        (failed.what, problem.code.as_str()),
        (what, code),
        "{}",
        lines(&steps)
    );
    let report = desk.engine.diagnostic_report(&id).await.unwrap();
    assert!(report.contains(&format!("(`{code}`)")), "{report}");
    if let Some(remedy) = &problem.remedy {
        assert!(report.contains(remedy), "{report}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn steps_are_told_when_they_begin_and_when_they_are_over() {
    let mut desk = Desk::start().await;
    let id = desk.add().await;
    let mut events = desk.engine.events();
    desk.engine.connect(&id).await.unwrap();
    let begun = told(&mut events, Deed::Probe).await;
    assert_eq!((begun.outcome, begun.took), (DeedOutcome::Running, None));
    let over = told(&mut events, Deed::Probe).await;
    assert_eq!((over.outcome, &over.id), (DeedOutcome::Ok, &begun.id));
    assert!(over.took.is_some());
    // While the person is at the page, whoever comes to look sees that.
    let prompt = desk.screen.prompt().await;
    let waiting = newest(&desk, &id, Deed::Callback).await;
    assert_eq!(waiting.outcome, DeedOutcome::Running);
    let callback = Person::ada().follow(prompt.url.as_str()).await.unwrap();
    desk.engine.receive_callback(&callback).await.unwrap();
    desk.wait_for(&id, is_connected).await;
    let answered = last(&desk, &id, Deed::Callback).await;
    assert_eq!(
        (answered.outcome, answered.id),
        (DeedOutcome::Ok, waiting.id)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_the_person_stops_is_stopped_and_no_failure() {
    let mut desk = Desk::start().await;
    let id = desk.add().await;
    desk.engine.connect(&id).await.unwrap();
    desk.screen.prompt().await;
    desk.engine.cancel(&id).await.unwrap();
    let callback = last(&desk, &id, Deed::Callback).await;
    assert_eq!(
        (callback.outcome, callback.problem),
        (DeedOutcome::Stopped, None)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewal_tells_why_and_a_dead_grant_who_is_needed() {
    let (mut desk, id) = Desk::connected().await;
    desk.sample.auth.expire_access_tokens();
    greet(&desk.engine, &id, "1").await.unwrap();
    let renewal = [last(&desk, &id, Deed::Refresh).await];
    insta::assert_snapshot!(lines(&renewal), @"Refresh Ok TokenRefused [POST /token 200]");
    desk.sample.auth.revoke_grants();
    greet(&desk.engine, &id, "2").await.unwrap_err();
    desk.wait_for(&id, |server| server.status == Status::SignInAgain)
        .await;
    let dead = last(&desk, &id, Deed::ReauthRequired).await;
    assert_eq!(dead.problem.unwrap().code, "reauth_required");
    let failed = [last(&desk, &id, Deed::Refresh).await];
    insta::assert_snapshot!(lines(&failed), @"Refresh Problem PersonNeeded [POST /token 400]");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_tool_was_given_and_what_it_answered_is_not_recorded() {
    let (desk, id) = Desk::connected().await;
    let mut events = desk.engine.events();
    let call = desk
        .engine
        .call_tool(&id, "1", "greet", json!({ "name": "Grace Hopper" }));
    call.await.unwrap();
    let call = told(&mut events, Deed::Call).await;
    assert_eq!(fact(&call, FactName::Tool), Some("greet"));
    let unknown = desk
        .engine
        .call_tool(&id, "2", "no_such_tool", json!({ "name": "Hopper" }));
    // Its words may repeat what it was given.
    let words = unknown.await.unwrap_err().to_string();
    let failed = last(&desk, &id, Deed::Call).await;
    let problem = failed.problem.unwrap();
    assert_eq!(problem.code, "server_error");
    assert_eq!(problem.message, "The server answered with an error.");
    let report = desk.engine.diagnostic_report(&id).await.unwrap();
    let recorded = format!("{report} {:?}", all(&desk, &id).await);
    for kept in ["Hopper", words.as_str()] {
        assert!(!recorded.contains(kept), "{kept}: {recorded}");
    }
}

#[rstest]
#[case::broken_off("interrupted")]
#[case::signed_out("sign_in_needed")]
#[case::dead("reauth_required")]
#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_failed_says_why_and_what_to_do(#[case] code: &str) {
    let (desk, id) = Desk::connected().await;
    match code {
        "interrupted" => desk.sample.mcp.behave(|b| {
            b.method_answers = [("tools/call".to_owned(), Canned::cut_off())].into();
        }),
        "sign_in_needed" => desk.engine.sign_out(&id).await.unwrap(),
        _ => {
            desk.sample.auth.expire_access_tokens();
            desk.sample.auth.revoke_grants();
        }
    }
    let arguments = json!({ "name": "Ada" });
    let call = desk.engine.call_tool(&id, "1", "greet", arguments);
    let error = call.await.unwrap_err();
    let failed = last(&desk, &id, Deed::Call).await;
    assert_eq!(failed.outcome, DeedOutcome::Problem);
    assert_eq!(failed.facts.len(), 1, "{:?}", failed.facts);
    assert_eq!(failed.problem, Some(error.view()));
    assert_eq!(error.code(), code);
    let report = desk.engine.diagnostic_report(&id).await.unwrap();
    assert!(
        report.contains(&format!("- Problem: {error} (`{code}`)")),
        "{report}"
    );
    let remedy = format!("- Remedy: {}", error.remedy().unwrap());
    assert!(report.contains(&remedy), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_the_person_cancels_is_stopped_and_no_failure() {
    let (desk, id) = Desk::connected().await;
    let arguments = json!({ "seconds": 30 });
    let call = desk.engine.call_tool(&id, "mine", "slow", arguments);
    let cancelled = async {
        desk.sample.mcp.calls_reach(|calls| calls.begun == 1).await;
        desk.engine.cancel_call("mine");
    };
    let (outcome, ()) = tokio::join!(call, cancelled);
    assert_eq!(outcome.unwrap_err().code(), "cancelled");
    let stopped = last(&desk, &id, Deed::Call).await;
    assert_eq!(
        (stopped.outcome, stopped.problem),
        (DeedOutcome::Stopped, None)
    );
    assert_eq!(stopped.facts.len(), 1, "{:?}", stopped.facts);
    let report = desk.engine.diagnostic_report(&id).await.unwrap();
    assert!(report.contains("Tool call: stopped"), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_calls_push_out_neither_the_sign_in_nor_the_disk() {
    let (mut desk, id) = Desk::connected().await;
    let calls: Vec<String> = (0..200).map(|call| call.to_string()).collect();
    for some in calls.chunks(20) {
        let some = some.iter().map(|call| greet(&desk.engine, &id, call));
        futures::future::join_all(some).await;
    }
    desk.restart().await;
    let kept: i64 = desk.stored("SELECT COUNT(*) FROM activity").await;
    assert!((140..=200).contains(&kept), "{kept} are kept");
    assert_eq!(last(&desk, &id, Deed::Token).await.outcome, DeedOutcome::Ok);
    let calls = all(&desk, &id).await.into_iter();
    let calls = calls.filter(|it| it.what == Deed::Call).count();
    assert!((100..200).contains(&calls), "{calls} calls are kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_takes_what_happened_to_it_along() {
    let (desk, id) = Desk::connected().await;
    let change = ServerChange {
        name: Some("Another".into()),
        ..Default::default()
    };
    desk.engine.change_server(&id, change).await.unwrap();
    let changed = last(&desk, &id, Deed::Changed).await;
    assert_eq!(fact(&changed, FactName::Changed), Some("name"));
    desk.engine.remove_server(&id).await.unwrap();
    desk.engine.activity(&id).await.unwrap_err();
    desk.engine.shutdown().await;
    let kept: i64 = desk.stored("SELECT COUNT(*) FROM activity").await;
    assert_eq!(kept, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_tells_that_the_tokens_were_given_back() {
    let (desk, id) = Desk::connected().await;
    let mut events = desk.engine.events();
    desk.engine.sign_out(&id).await.unwrap();
    told(&mut events, Deed::Revocation).await;
    let given_back = [told(&mut events, Deed::Revocation).await];
    insta::assert_snapshot!(
        lines(&given_back),
        @"Revocation Ok [POST /revoke 200]"
    );
    last(&desk, &id, Deed::SignedOut).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_call_waits_until_it_is_written_down() {
    let (desk, id) = Desk::connected().await;
    let path = desk.folder.path().join("drawbridge.sqlite");
    let mut other = sqlx::SqliteConnection::connect(&format!("sqlite://{}", path.display()))
        .await
        .unwrap();
    // Whoever wants to write waits for this one.
    sqlx::query("BEGIN IMMEDIATE")
        .execute(&mut other)
        .await
        .unwrap();
    greet(&desk.engine, &id, "1").await.unwrap();
    let call = last(&desk, &id, Deed::Call).await;
    assert_eq!(call.outcome, DeedOutcome::Ok);
    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
    desk.engine.shutdown().await;
    let calls = "SELECT COUNT(*) FROM activity WHERE entry ->> 'what' = 'call'";
    assert_eq!(desk.stored::<i64>(calls).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_write_one_story() {
    let (desk, id) = Desk::connected().await;
    let other = second(&desk, limits(), &id).await;
    let mut events = other.events();
    greet(&desk.engine, &id, "here").await.unwrap();
    greet(&other, &id, "there").await.unwrap();
    // Told when it is written, or is about to be.
    told(&mut events, Deed::Call).await;
    other.shutdown().await;
    let calls = all(&desk, &id).await.into_iter();
    assert_eq!(calls.filter(|it| it.what == Deed::Call).count(), 2);
    assert_eq!(
        last(&desk, &id, Deed::Session).await.run,
        last(&desk, &id, Deed::Tools).await.run
    );
}
