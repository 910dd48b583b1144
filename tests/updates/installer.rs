//! On Windows an installer puts the new version in place, and may not come to that.

use drawbridge_desktop::update::Updates;
use serde_json::json;
use tauri::{Manager as _, test::MockRuntime};

use crate::world::{World, failed, well};

#[test]
fn whoever_comes_back_to_the_old_version_is_told_so_with_the_offer_until_they_try_again() {
    let world = World::begin();
    let package = world.release("0.2.0");
    world.main.state::<Updates<MockRuntime>>().begun_instead();
    let standing = world.offered();
    assert!(failed("update_not_installed")(&standing), "{standing}");

    world.answer("updates|check", json!({}));
    world.wait("another look", |standing| {
        well(standing) && !standing["offer"].is_null()
    });
    world.answer("updates|install", json!({}));
    world.wait_for_restart();
    assert_eq!(world.program(), package);
}
