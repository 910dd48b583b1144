//! Who Drawbridge is at an authorization server, and what it does where nobody wants to know it.

mod by_hand;
mod document;
mod dynamic;
mod issuers;
mod scopes;

use drawbridge_engine::ServerId;
use drawbridge_engine::view::{
    AuthKind, NewServer, SecretChange, ServerChange, ServerView, SignInOptions,
};
use drawbridge_testkit::Sample;

use crate::desk::Desk;

const DEEP_LINK: &str = "dev.drawbridge.desktop:/oauth/callback";

/// Adds the sample server with a client that was registered by hand.
async fn add_with_client(desk: &Desk, id: &str, secret: Option<String>) -> ServerId {
    let server = NewServer {
        sign_in: SignInOptions {
            client_id: Some(id.to_owned()),
            ..SignInOptions::default()
        },
        client_secret: secret.map_or(SecretChange::Keep, SecretChange::Set),
        ..NewServer::at(desk.sample.mcp_url().as_str(), AuthKind::OAuth)
    };
    ServerId::from(desk.engine.add_server(server).await.unwrap().id)
}

async fn change(desk: &Desk, id: &ServerId, change: ServerChange) -> ServerView {
    desk.engine.change_server(id, change).await.unwrap()
}

/// Presses Connect and waits until it is told why not.
async fn refusal(desk: &mut Desk, id: &ServerId) -> (String, String, String) {
    desk.engine.connect(id).await.unwrap();
    let view = desk.wait_for(id, |server| server.error.is_some()).await;
    let error = view.error.unwrap();
    (error.code, error.message, error.remedy.unwrap_or_default())
}

/// The server lists the issuer of another from now on.
fn move_to(desk: &Desk, other: &Sample) {
    let issuers = vec![other.issuer()];
    desk.sample
        .mcp
        .behave(|mcp| mcp.authorization_servers = Some(issuers));
}

/// A client that has signed in at its issuer, with its secret; its server has moved to the other issuer.
async fn bound(other: &Sample) -> (Desk, ServerId, String) {
    let mut desk = Desk::start().await;
    let (client, secret) = desk
        .sample
        .auth
        .add_client(DEEP_LINK, "client_secret_basic");
    let id = add_with_client(&desk, &client, secret.clone()).await;
    desk.sign_in(&id).await;
    move_to(&desk, other);
    (desk, id, secret.unwrap())
}
