//! A redirect URI that the answer can come back to (rule R6).

use drawbridge_oauth::RedirectUri;

use super::Wanted;
use crate::error::Error;
use crate::sign_in::loopback::{Listener, free_port};
use crate::sign_in::redirect::{Ladder, Rung};
use crate::view::Surface;

pub(super) struct Seat {
    pub(super) redirect: RedirectUri,
    pub(super) listener: Option<Listener>,
}

impl Seat {
    /// Takes `port`, or one that is free. A popup catches the navigation itself: nothing is bound.
    pub(super) async fn take(
        wanted: &Wanted<'_>,
        ladder: &Ladder,
        rung: Rung,
        port: Option<u16>,
    ) -> Result<Self, Error> {
        if rung.is_loopback() && wanted.surface == Surface::Browser {
            let Wanted { core, server, .. } = *wanted;
            let listener = Listener::bind(core, &server.id, rung, port, ladder.path()).await?;
            return Ok(Self {
                redirect: listener.redirect().clone(),
                listener: Some(listener),
            });
        }
        let port = match port {
            Some(port) => port,
            None if rung.is_loopback() => free_port().await?,
            None => 0,
        };
        Ok(Self {
            redirect: rung.uri(port, ladder.path()),
            listener: None,
        })
    }
}
