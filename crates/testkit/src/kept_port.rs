//! A port that is taken while nobody listens.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
};

use tokio::net::{TcpListener, TcpSocket};

/// How many may knock before one is let in.
const BACKLOG: u32 = 1024;

/// A port of this computer at which whoever connects is refused.
///
/// Nobody who takes any free port gets it. On Linux, whoever asks for this very one may listen there.
#[derive(Debug)]
pub struct KeptPort {
    address: SocketAddr,
    socket: TcpSocket,
}

impl KeptPort {
    /// One that is free until now.
    pub fn free() -> io::Result<Self> {
        Self::at((Ipv4Addr::LOCALHOST, 0).into())
    }

    pub(crate) fn at(address: SocketAddr) -> io::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        Ok(Self {
            address: socket.local_addr()?,
            socket,
        })
    }

    /// Listens there itself. The port is free for nobody in between.
    pub(crate) fn listen(self) -> io::Result<TcpListener> {
        self.socket.listen(BACKLOG)
    }

    /// Somebody listens there. The port is still kept when they leave, but on Linux alone.
    pub fn squatted(self) -> io::Result<(TcpListener, Option<Self>)> {
        if cfg!(target_os = "linux") {
            let listener = Self::at(self.address)?.listen()?;
            Ok((listener, Some(self)))
        } else {
            Ok((self.listen()?, None))
        }
    }

    /// Whoever asks for this very port may have it. It is still kept from all others, but on Linux alone: elsewhere
    /// it is nobody's from now on.
    #[must_use]
    pub fn left_to_who_asks(self) -> Option<Self> {
        cfg!(target_os = "linux").then_some(self)
    }

    /// 127.0.0.1 and the port.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its number.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }
}
