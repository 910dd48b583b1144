//! What the program around the engine waits for before it ends.

use drawbridge_engine::view::Authorization;
use drawbridge_testkit::Person;

use crate::desk::Desk;

#[tokio::test]
async fn a_sign_in_is_under_way_until_its_grant_is_stored() {
    let mut desk = Desk::start().await;
    let id = desk.add().await;
    assert!(!desk.engine.is_signing_in());
    desk.engine.sign_ins_over().await;

    desk.engine.connect(&id).await.unwrap();
    assert!(desk.engine.is_signing_in());
    let engine = desk.engine.clone();
    let over = tokio::spawn(async move { engine.sign_ins_over().await });
    let prompt = desk.screen.prompt().await;
    let callback = Person::ada().follow(prompt.url.as_str()).await.unwrap();
    assert!(desk.engine.is_signing_in() && !over.is_finished());
    desk.engine.receive_callback(&callback).await.unwrap();
    over.await.unwrap();
    let authorization = desk.view(&id).await.authorization;
    assert!(matches!(authorization, Authorization::SignedIn { .. }));
}
