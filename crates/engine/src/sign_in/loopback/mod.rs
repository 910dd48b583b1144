//! A listener on this computer that the browser comes back to (RFC 8252 §7.3).
//!
//! It is bound before the authorization URL is built, so that the redirect URI in it is true, and
//! it lives only while its attempt does.

mod desk;
mod language;
mod page;
mod visitors;

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use drawbridge_oauth::RedirectUri;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::OwnedMutexGuard;
use tokio_util::sync::CancellationToken;

use self::desk::Desk;
use self::visitors::Visitors;
use super::redirect::Rung;
use crate::core::Core;
use crate::error::Error;
use crate::ids::ServerId;

/// How often another free port is looked for when the one on IPv4 is taken on IPv6.
const PORTS_TRIED: usize = 8;
/// How long to wait when the system has no room for another connection.
const OUT_OF_ROOM: Duration = Duration::from_millis(200);

/// Bound, and not yet answering.
pub(crate) struct Listener {
    sockets: Sockets,
    redirect: RedirectUri,
    /// The one path that is answered.
    path: String,
    /// Let go of after the sockets: whoever binds next for this server finds the port free.
    _turn: OwnedMutexGuard<()>,
}

/// IPv4, and for `localhost` also IPv6 where there is such a thing: browsers try it first.
struct Sockets {
    v4: TcpListener,
    v6: Option<TcpListener>,
}

impl Listener {
    /// Binds `port`, or one that is free.
    pub(super) async fn bind(
        core: &Core,
        server: &ServerId,
        rung: Rung,
        port: Option<u16>,
        path: &str,
    ) -> Result<Self, Error> {
        // An earlier attempt on this server is told to go before this, and may not be gone.
        let turn = core.live(server).listening.clone().lock_owned().await;
        let (sockets, port) = Sockets::bind(rung == Rung::Localhost, port).await?;
        Ok(Self {
            sockets,
            redirect: rung.uri(port, path),
            path: path.to_owned(),
            _turn: turn,
        })
    }

    pub(super) fn redirect(&self) -> &RedirectUri {
        &self.redirect
    }

    /// Answers until `stop`; then the port is free, and pages that are on their way arrive.
    pub(super) fn serve(self, core: &Arc<Core>, stop: CancellationToken) {
        let desk = Desk::new(core.clone(), self.redirect.clone(), self.path.clone());
        core.tasks.clone().spawn(async move {
            let mut visitors = Visitors::new(desk, stop.clone());
            loop {
                let visitor = tokio::select! {
                    biased;
                    () = stop.cancelled() => break,
                    visitor = self.sockets.accept() => visitor,
                };
                match visitor {
                    Ok(visitor) => visitors.admit(visitor),
                    Err(error) => {
                        tracing::debug!(%error, "the sign-in listener could not accept");
                        tokio::time::sleep(OUT_OF_ROOM).await;
                    }
                }
            }
            drop(self);
            visitors.see_off().await;
        });
    }
}

impl Sockets {
    async fn bind(both: bool, port: Option<u16>) -> Result<(Self, u16), Error> {
        let mut taken = 0;
        for _ in 0..PORTS_TRIED {
            let v4 = listen((Ipv4Addr::LOCALHOST, port.unwrap_or(0)).into()).await?;
            let free = v4.local_addr().map_err(Error::NoListener)?.port();
            let v6 = if both {
                listen((Ipv6Addr::LOCALHOST, free).into()).await
            } else {
                return Ok((Self { v4, v6: None }, free));
            };
            match v6 {
                Ok(v6) => return Ok((Self { v4, v6: Some(v6) }, free)),
                // Somebody else would get what is meant for us.
                Err(Error::PortBusy { port: busy }) => taken = busy,
                // No IPv6 on this computer.
                Err(_) => return Ok((Self { v4, v6: None }, free)),
            }
            if port.is_some() {
                break;
            }
        }
        Err(Error::PortBusy { port: taken })
    }

    async fn accept(&self) -> io::Result<TcpStream> {
        let (visitor, _) = match &self.v6 {
            None => self.v4.accept().await?,
            Some(v6) => tokio::select! {
                visitor = self.v4.accept() => visitor?,
                visitor = v6.accept() => visitor?,
            },
        };
        Ok(visitor)
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener, Error> {
    TcpListener::bind(address).await.map_err(|error| {
        // Windows refuses ports that it keeps for others.
        let busy = matches!(
            error.kind(),
            io::ErrorKind::AddrInUse | io::ErrorKind::PermissionDenied
        );
        if busy {
            Error::PortBusy {
                port: address.port(),
            }
        } else {
            Error::NoListener(error)
        }
    })
}

/// A port that nobody listens at, for a redirect that a popup will catch before it leaves.
pub(super) async fn free_port() -> Result<u16, Error> {
    let (sockets, port) = Sockets::bind(false, None).await?;
    drop(sockets);
    Ok(port)
}
