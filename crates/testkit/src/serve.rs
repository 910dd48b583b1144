//! A listener on loopback that ends with its last owner, and can be shut and opened again.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    pin::Pin,
    task::{Context, Poll},
};

use axum::{Router, serve::Listener};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_util::sync::{CancellationToken, DropGuard, WaitForCancellationFutureOwned};

use crate::{kept_port::KeptPort, shared::Shared};

/// An address on which a router can be served.
#[derive(Debug)]
pub(crate) struct Socket {
    address: SocketAddr,
    /// What others call it, when something stands in front of it.
    known_as: Option<String>,
    listener: Shared<Option<std::net::TcpListener>>,
    serving: Shared<Option<Serving>>,
    /// Keeps the port for the next time while nobody listens.
    kept: Shared<Option<KeptPort>>,
    /// That were opened so far.
    connections: Shared<usize>,
}

#[derive(Debug)]
struct Serving {
    stop: DropGuard,
    task: JoinHandle<()>,
}

impl Socket {
    /// Takes `port` on 127.0.0.1; 0 takes a free one.
    pub(crate) async fn bind(port: u16, known_as: Option<String>) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        let listener = listener.into_std()?;
        Ok(Self {
            address,
            known_as,
            listener: Shared::new(Some(listener)),
            serving: Shared::default(),
            kept: Shared::default(),
            connections: Shared::default(),
        })
    }

    /// How many connections were opened so far.
    pub(crate) fn connections(&self) -> usize {
        self.connections.with(|connections| *connections)
    }

    /// `http://127.0.0.1:PORT`, or the name that it goes by.
    pub(crate) fn origin(&self) -> String {
        let own = || format!("http://{}", self.address);
        self.known_as.clone().unwrap_or_else(own)
    }

    /// Where it really listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves `router`, on the port of the beginning, until closed or dropped.
    pub(crate) async fn serve(&self, router: Router) -> io::Result<()> {
        let kept = self.kept.with(Option::take);
        let listener = match (self.listener.with(Option::take), kept) {
            (Some(listener), _) => TcpListener::from_std(listener)?,
            (None, Some(kept)) => kept.listen()?,
            (None, None) => TcpListener::bind(self.address).await?,
        };
        let stop = CancellationToken::new();
        let listener = Cuttable {
            listener,
            stop: stop.clone(),
            connections: self.connections.clone(),
        };
        let stopped = stop.clone();
        let task = tokio::spawn(async move {
            tokio::select! {
                () = stopped.cancelled() => {}
                served = async { axum::serve(listener, router).await } => {
                    if let Err(error) = served {
                        tracing::warn!(%error, "a test server stopped");
                    }
                }
            }
        });
        self.serving.with(|serving| {
            *serving = Some(Serving {
                stop: stop.drop_guard(),
                task,
            });
        });
        Ok(())
    }

    /// Stops listening; returns when the port answers nobody.
    pub(crate) async fn close(&self) {
        if let Some(Serving { stop, task }) = self.serving.with(Option::take) {
            drop(stop);
            let _ = task.await;
            let kept = KeptPort::at(self.address);
            self.kept.with(|place| *place = kept.ok());
        }
    }
}

/// Accepts connections that break when the server stops; axum would let them live on.
struct Cuttable {
    listener: TcpListener,
    stop: CancellationToken,
    connections: Shared<usize>,
}

impl Listener for Cuttable {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.listener).await;
        self.connections.with(|connections| *connections += 1);
        // As servers do that send a header first and its body after it: without this, the second waits
        // for the client to confirm the first, which takes it 40 ms.
        let _ = stream.set_nodelay(true);
        let cut = Box::pin(self.stop.clone().cancelled_owned());
        (Connection { stream, cut }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

struct Connection {
    stream: TcpStream,
    cut: Pin<Box<WaitForCancellationFutureOwned>>,
}

impl Connection {
    fn alive(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        match self.cut.as_mut().poll(context) {
            Poll::Ready(()) => Err(io::ErrorKind::ConnectionReset.into()),
            Poll::Pending => Ok(()),
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.alive(context)?;
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.alive(context)?;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
