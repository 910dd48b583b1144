//! What must never be installed, and places that say nothing of use.

use axum::http::StatusCode;
use drawbridge_testkit::KeptPort;
use rstest::rstest;
use serde_json::json;

use crate::{
    maker::{Maker, package},
    server::UpdateServer,
    world::{World, failed},
};

impl World {
    /// The person wants what is offered, and it is refused.
    fn refuses(&self, code: &str) {
        self.offered();
        self.answer("updates|install", json!({}));
        let standing = self.wait(code, failed(code));
        assert!(standing["error"]["remedy"].is_string());
        assert!(self.is_untouched());
        // It may be mended by the time of the next try.
        assert_eq!(standing["offer"]["version"], "0.2.0");
    }
}

#[test]
fn a_package_that_somebody_else_has_signed_is_not_installed() {
    let world = World::begin();
    let package = package("0.2.0");
    let signature = Maker::new().sign(&package, "0.2.0");
    world.server.announce("0.2.0", &package, &signature);
    world.refuses("update_not_signed");
}

#[test]
fn a_package_that_was_changed_after_it_was_signed_is_not_installed() {
    let world = World::begin();
    let signature = world.maker.sign(&package("0.2.0"), "0.2.0");
    world
        .server
        .announce("0.2.0", &package("0.2.0, and more"), &signature);
    world.refuses("update_not_signed");
}

#[test]
fn a_signature_that_is_none_installs_nothing() {
    let world = World::begin();
    world
        .server
        .announce("0.2.0", &package("0.2.0"), "trust me");
    world.refuses("update_not_signed");
}

#[test]
fn an_old_package_that_is_signed_well_cannot_be_announced_as_a_newer_one() {
    let world = World::begin();
    let old = package("0.0.9");
    let signature = world.maker.sign(&old, "0.0.9");
    world.server.announce("0.2.0", &old, &signature);
    world.refuses("update_other_version");
}

#[test]
fn a_package_whose_signature_names_no_version_is_not_installed() {
    let world = World::begin();
    let package = package("0.2.0");
    let signature = world.maker.sign_saying(&package, "timestamp:1\tfile:app");
    world.server.announce("0.2.0", &package, &signature);
    world.refuses("update_other_version");
}

#[test]
fn a_package_that_is_no_program_is_not_installed() {
    let world = World::begin();
    let text = b"It is signed, and it is no program.";
    let signature = world.maker.sign(text, "0.2.0");
    world.server.announce("0.2.0", text, &signature);
    world.refuses("update_not_installed");
}

#[test]
fn after_a_package_that_was_refused_a_good_one_is_installed() {
    let world = World::begin();
    let signature = Maker::new().sign(&package("0.2.0"), "0.2.0");
    world
        .server
        .announce("0.2.0", &package("0.2.0"), &signature);
    world.refuses("update_not_signed");
    let good = world.release("0.2.1");
    world.answer("updates|check", json!({}));
    world.wait("the mended one", |standing| {
        standing["work"]["kind"] == "idle" && standing["offer"]["version"] == "0.2.1"
    });
    world.answer("updates|install", json!({}));
    world.wait_for_restart();
    assert_eq!(world.program(), good);
}

#[rstest]
#[case::nonsense(StatusCode::OK, "<html>Not here</html>", "update_unreadable")]
#[case::other_json(StatusCode::OK, r#"{"version":"soon"}"#, "update_unreadable")]
#[case::broken(StatusCode::INTERNAL_SERVER_ERROR, "", "update_unreadable")]
#[case::gone(StatusCode::NOT_FOUND, "", "update_unreadable")]
fn a_place_that_says_nothing_of_use_is_told_of_and_asked_again(
    #[case] status: StatusCode,
    #[case] words: &str,
    #[case] code: &str,
) {
    let world = World::begin();
    world.server.say(status, words);
    world.prefer("daily");
    let standing = world.wait(code, failed(code));
    assert!(standing["offer"].is_null());
    assert!(standing["checkedAt"].is_null());
    world.release("0.2.0");
    world.answer("updates|check", json!({}));
    world.wait_for_offer();
}

#[test]
fn what_was_found_stays_offered_when_the_place_is_broken_for_a_while() {
    let world = World::begin();
    let good = world.release("0.2.0");
    world.offered();
    world.server.say(StatusCode::BAD_GATEWAY, "");
    world.answer("updates|check", json!({}));
    let standing = world.wait("a failure", failed("update_unreadable"));
    assert_eq!(standing["offer"]["version"], "0.2.0");
    world.answer("updates|install", json!({}));
    world.wait_for_restart();
    assert_eq!(world.program(), good);
}

#[test]
fn a_place_that_cannot_be_reached_is_told_of() {
    let server = UpdateServer::start();
    let nobody = KeptPort::free().unwrap();
    let endpoint = format!("http://{}/latest.json", nobody.address());
    let world = World::asking(server, endpoint.parse().unwrap());
    world.prefer("daily");
    let standing = world.wait("a failure", failed("update_unreachable"));
    assert_eq!(
        standing["error"]["message"],
        "The place where new versions are announced cannot be reached."
    );
}

#[test]
fn a_version_for_other_computers_alone_is_told_of() {
    let world = World::begin();
    let package = package("0.2.0");
    let signature = world.maker.sign(&package, "0.2.0");
    world
        .server
        .announce_for("plan9-mips", "0.2.0", &package, &signature);
    world.prefer("daily");
    world.wait("a failure", failed("update_not_here"));
}
