//! A sign-in comes first.

use drawbridge_testkit::Sample;
use serde_json::{Value, json};

use crate::world::{World, well};

/// A sign-in that is under way until it is cancelled.
struct SignIn {
    id: Value,
    _sample: Sample,
}

impl SignIn {
    fn begin(world: &World) -> Self {
        let sample = tauri::async_runtime::block_on(Sample::start());
        let url = sample.mcp_url();
        let server = json!({ "url": url, "auth": "oauth", "headers": [] });
        let added = world.answer("servers|add", json!({ "server": server }));
        let id = added["id"].clone();
        world.answer("sign-in|connect", json!({ "id": id }));
        Self {
            id,
            _sample: sample,
        }
    }

    fn cancel(self, world: &World) {
        world.answer("sign-in|cancel", json!({ "id": self.id }));
    }
}

fn waits(standing: &Value) -> bool {
    standing["work"]["kind"] == "waiting"
}

#[test]
fn a_person_who_signs_in_is_offered_nothing_until_they_are_done() {
    let world = World::begin();
    world.release("0.2.0");
    let sign_in = SignIn::begin(&world);
    world.prefer("daily");
    let standing = world.wait("the sign-in", waits);
    assert!(standing["offer"].is_null());
    assert!(world.server.seen().is_empty());
    sign_in.cancel(&world);
    world.wait_for_offer();
}

#[test]
fn a_package_that_is_here_is_put_in_place_after_the_last_sign_in() {
    let world = World::begin();
    let package = world.release("0.2.0");
    world.offered();
    let (one, other) = (SignIn::begin(&world), SignIn::begin(&world));
    world.answer("updates|install", json!({}));
    world.wait("the sign-ins", waits);
    assert_eq!(world.server.targets(), ["/latest.json", "/package"]);
    one.cancel(&world);
    let standing = world.answer("updates|standing", json!({}));
    assert!(waits(&standing), "{standing}");
    assert!(world.is_untouched());
    other.cancel(&world);
    world.wait_for_restart();
    assert_eq!(world.program(), package);
}

#[test]
fn who_changes_their_mind_meanwhile_keeps_the_program() {
    let world = World::begin();
    world.release("0.2.0");
    world.offered();
    let sign_in = SignIn::begin(&world);
    world.answer("updates|install", json!({}));
    world.wait("the sign-in", waits);
    world.prefer("never");
    world.wait("the end of it", |standing| {
        standing["work"]["kind"] == "idle"
    });
    sign_in.cancel(&world);
    let standing = world.answer("updates|standing", json!({}));
    assert!(standing["offer"].is_null());
    assert!(world.is_untouched());
}

#[test]
fn who_takes_it_back_meanwhile_keeps_the_program_and_the_offer() {
    let world = World::begin();
    let package = world.release("0.2.0");
    world.offered();
    let sign_in = SignIn::begin(&world);
    world.answer("updates|install", json!({}));
    world.wait("the sign-in", waits);
    let standing = world.answer("updates|cancel", json!({}));
    assert!(well(&standing), "{standing}");
    assert_eq!(standing["offer"]["version"], "0.2.0");
    sign_in.cancel(&world);
    assert!(world.is_untouched());
    // What was taken back neither comes of itself nor stands in the way of the next time.
    world.answer("updates|install", json!({}));
    world.wait_for_restart();
    assert_eq!(world.program(), package);
    let asked = ["/latest.json", "/package", "/package"];
    assert_eq!(world.server.targets(), asked);
}
