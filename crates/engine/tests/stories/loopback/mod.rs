//! The browser comes back to this computer: the listener, and everybody else who knocks at it.

mod hand_over;
mod pinned;
mod ports;
mod visitors;

use std::time::Duration;

use drawbridge_engine::view::{RedirectPin, ServerChange, Surface};
use drawbridge_engine::{ServerId, SignInPrompt};
use tokio::net::TcpListener;
use url::Url;

use crate::desk::Desk;

/// A browser: no proxy, no redirects.
fn browser() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}

async fn visit(url: &str) -> (u16, String) {
    let answer = browser().get(url).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

pub(crate) fn port(prompt: &SignInPrompt) -> u16 {
    let redirect = Url::parse(prompt.redirect.as_str()).unwrap();
    redirect.port().unwrap()
}

/// Presses Connect at a terminal.
async fn waiting() -> (Desk, ServerId, SignInPrompt) {
    let mut desk = Desk::at_a_terminal().await;
    let id = desk.add().await;
    desk.engine.connect(&id).await.unwrap();
    let prompt = desk.screen.prompt().await;
    (desk, id, prompt)
}

/// Waits until nobody listens at the port.
pub(crate) async fn port_is_free(port: u16) -> TcpListener {
    let bound = async {
        loop {
            if let Ok(listener) = TcpListener::bind(("127.0.0.1", port)).await {
                return listener;
            }
            tokio::task::yield_now().await;
        }
    };
    let bound = tokio::time::timeout(Duration::from_mins(1), bound).await;
    bound.expect("a port that is free within a minute")
}

async fn pin(desk: &Desk, id: &ServerId, redirect: RedirectPin, surface: Option<Surface>) {
    let mut options = desk.view(id).await.sign_in;
    options.redirect = redirect;
    options.surface = surface;
    let change = ServerChange {
        sign_in: Some(options),
        ..ServerChange::default()
    };
    desk.engine.change_server(id, change).await.unwrap();
}

/// Presses Connect where the return address is pinned.
async fn prompted(desk: &mut Desk, redirect: RedirectPin) -> (ServerId, SignInPrompt) {
    let id = desk.add().await;
    pin(desk, &id, redirect, None).await;
    desk.engine.connect(&id).await.unwrap();
    let prompt = desk.screen.prompt().await;
    (id, prompt)
}

fn local(port: Option<u16>, path: Option<&str>) -> RedirectPin {
    let path = path.map(str::to_owned);
    RedirectPin::Loopback { port, path }
}
