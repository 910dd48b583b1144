//! Updates as they should be, and the person who decides.

use axum::http::HeaderName;
use drawbridge_desktop::update::Way;
use insta::assert_json_snapshot;
use rstest::rstest;
use serde_json::json;

use crate::{
    server::UpdateServer,
    shell::{HOME, Shell, call},
    world::{World, well},
};

#[test]
fn nothing_is_asked_before_the_person_agrees_and_then_at_once() {
    let world = World::begin();
    world.release("0.2.0");
    for command in ["updates|check", "updates|install"] {
        let refused = world.ask(command, json!({})).unwrap_err();
        assert_eq!(refused["code"], "updates_off");
    }
    world.prefer("never");
    assert_eq!(
        world.ask("updates|check", json!({})).unwrap_err()["code"],
        "updates_off"
    );
    world.prefer("daily");
    world.wait_for_offer();
    assert_eq!(world.server.targets(), ["/latest.json"]);
}

#[test]
fn a_newer_version_is_shown_with_its_notes_and_put_in_place_when_the_person_says_so() {
    let world = World::begin();
    let package = world.release("0.2.0");
    let mut standing = world.offered();
    assert!(
        standing["checkedAt"]
            .as_i64()
            .is_some_and(|at| at > 1_700_000_000)
    );
    standing["checkedAt"] = json!("now");
    standing["revision"] = json!("some");
    assert_json_snapshot!(standing, @r###"
    {
      "checkedAt": "now",
      "error": null,
      "offer": {
        "notes": "## Added\n\n- A drawbridge that goes **up** as well.",
        "version": "0.2.0"
      },
      "putOff": false,
      "revision": "some",
      "version": "0.1.0",
      "way": "itself",
      "work": {
        "kind": "idle"
      }
    }
    "###);
    assert!(world.is_untouched());

    world.answer("updates|install", json!({}));
    world.wait("the whole package", |standing| {
        standing["work"] == json!({ "kind": "downloading", "percent": 100 })
    });
    world.wait_for_restart();
    assert_eq!(world.program(), package);
    assert!(world.is_executable());
    assert_eq!(world.server.targets(), ["/latest.json", "/package"]);
}

#[test]
fn who_asks_is_told_by_name_and_version_and_by_nothing_else() {
    let world = World::begin();
    world.release("0.2.0");
    world.offered();
    let [seen] = &world.server.seen()[..] else {
        panic!("asked more than once");
    };
    assert_eq!(seen.target, "/latest.json");
    let mut told: Vec<_> = seen.headers.keys().map(HeaderName::as_str).collect();
    told.sort_unstable();
    assert_eq!(told, ["accept", "host", "user-agent"]);
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(seen.headers["user-agent"], format!("Drawbridge/{version}"));
}

#[rstest]
#[case::older("0.0.9")]
#[case::the_same("0.1.0")]
#[case::on_the_way_to_it("0.1.0-beta.2")]
fn what_is_not_newer_is_not_offered(#[case] version: &str) {
    let world = World::begin();
    world.release(version);
    world.prefer("daily");
    let standing = world.wait("an answer", |standing| !standing["checkedAt"].is_null());
    assert!(well(&standing) && standing["offer"].is_null(), "{standing}");
    let refused = world.ask("updates|install", json!({})).unwrap_err();
    assert_eq!(refused["code"], "no_update");
    assert_eq!(world.server.targets(), ["/latest.json"]);
    assert!(world.is_untouched());
}

#[test]
fn later_hides_it_until_it_is_found_again() {
    let world = World::begin();
    world.release("0.2.0");
    world.offered();
    world.answer("updates|put_off", json!({}));
    let standing = world.answer("updates|standing", json!({}));
    assert_eq!(standing["putOff"], true);
    assert_eq!(standing["offer"]["version"], "0.2.0");
    world.answer("updates|check", json!({}));
    world.wait("a new offer", |standing| {
        well(standing) && standing["putOff"] == false
    });
    assert!(world.is_untouched());
}

#[test]
fn a_package_that_comes_in_is_given_up_when_the_person_takes_it_back() {
    let world = World::begin();
    let package = world.release("0.2.0");
    world.offered();
    world.server.hold_back(true);
    world.answer("updates|install", json!({}));
    world.wait("half of it", |standing| {
        standing["work"] == json!({ "kind": "downloading", "percent": 50 })
    });
    world.answer("updates|cancel", json!({}));
    let standing = world.wait("the end of it", well);
    assert_eq!(standing["offer"]["version"], "0.2.0");
    assert!(world.is_untouched());
    world.server.hold_back(false);
    world.answer("updates|install", json!({}));
    world.wait_for_restart();
    assert_eq!(world.program(), package);
}

#[test]
fn what_is_in_its_place_is_taken_back_no_more() {
    let world = World::begin();
    world.release("0.2.0");
    world.offered();
    world.answer("updates|install", json!({}));
    world.wait_for_restart();
    let standing = world.answer("updates|cancel", json!({}));
    assert_eq!(standing["work"]["kind"], "installing", "{standing}");
}

#[test]
fn who_agrees_no_more_is_left_alone() {
    let world = World::begin();
    world.release("0.2.0");
    world.offered();
    world.prefer("never");
    world.wait("nothing", |standing| standing["offer"].is_null());
    let refused = world.ask("updates|install", json!({})).unwrap_err();
    assert_eq!(refused["code"], "updates_off");
    // The next question is the one that the person agrees to.
    world.prefer("daily");
    world.wait_for_offer();
    assert_eq!(world.server.targets(), ["/latest.json", "/latest.json"]);
}

#[rstest]
#[case(Way::Packages, "packages")]
#[case(Way::Hand, "hand")]
fn a_copy_that_others_update_asks_for_nothing(#[case] way: Way, #[case] told: &str) {
    let server = UpdateServer::start();
    let endpoint = server.endpoint();
    let world = World::by(way, server, endpoint);
    world.release("0.2.0");
    world.prefer("daily");
    let refused = world.ask("updates|check", json!({})).unwrap_err();
    assert_eq!(refused["code"], "updates_elsewhere");
    assert_eq!(world.answer("updates|standing", json!({}))["way"], told);
    assert!(world.server.seen().is_empty());
}

#[test]
fn a_copy_that_was_built_by_hand_says_so() {
    let shell = Shell::start();
    let main = shell.main();
    let standing = call(&main, HOME, "plugin:updates|standing", json!({})).unwrap();
    assert_eq!(standing["way"], "hand");
    let refused = call(&main, HOME, "plugin:updates|install", json!({})).unwrap_err();
    assert_eq!(refused["code"], "updates_elsewhere");
}
