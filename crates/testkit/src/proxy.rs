//! A forward proxy that writes down what goes through it.

use std::{collections::HashMap, io, net::SocketAddr, panic::Location, sync::Arc};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
    sync::watch,
};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::wait::wait_for;

/// Tunnels (RFC 9110 §9.3.6) to the servers that it knows by name. It ends when it is dropped, and
/// its tunnels with it.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    seen: Arc<watch::Sender<Vec<String>>>,
    _stop: DropGuard,
}

impl Proxy {
    /// Knows these names, and no others.
    pub async fn start(names: &[(&str, SocketAddr)]) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let names: HashMap<String, SocketAddr> = names
            .iter()
            .map(|(name, server)| ((*name).to_owned(), *server))
            .collect();
        let seen = Arc::new(watch::Sender::new(Vec::new()));
        let book = seen.clone();
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        tokio::spawn(stop.clone().run_until_cancelled_owned(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (names, book, stopped) = (names.clone(), book.clone(), stopped.clone());
                tokio::spawn(stopped.run_until_cancelled_owned(async move {
                    // A tunnel that breaks is seen by those at its ends.
                    let _ = tunnel(stream, &names, &book).await;
                }));
            }
        }));
        Ok(Self {
            address,
            seen,
            _stop: stop.drop_guard(),
        })
    }

    /// `http://127.0.0.1:PORT`
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What was asked for, as `CONNECT name:port`, in order.
    #[must_use]
    pub fn seen(&self) -> Vec<String> {
        self.seen.borrow().clone()
    }

    /// Waits until somebody asks for a server of this name.
    ///
    /// # Panics
    /// When that takes longer than a minute.
    #[track_caller]
    pub fn asked_for(&self, name: &str) -> impl Future<Output = ()> {
        let wanted = format!("CONNECT {name}:");
        let in_vain = format!("{wanted}…, and not");
        let is_asked = move |seen: &Vec<String>| {
            let mut lines = seen.iter();
            lines.any(|line| line.starts_with(&wanted)).then_some(())
        };
        wait_for(&self.seen, is_asked, Location::caller(), move |seen| {
            format!("{in_vain} {seen:?}")
        })
    }
}

async fn tunnel(
    mut client: TcpStream,
    names: &HashMap<String, SocketAddr>,
    book: &watch::Sender<Vec<String>>,
) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() > 16 * 1024 {
            return Err(io::ErrorKind::InvalidData.into());
        }
        head.push(client.read_u8().await?);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let mut words = head.split(' ');
    let (method, target) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
    book.send_modify(|seen| seen.push(format!("{method} {target}")));
    let name = target.split(':').next().unwrap_or_default();
    let known = names.get(name).filter(|_| method == "CONNECT");
    let Some(server) = known else {
        return client
            .write_all(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n")
            .await;
    };
    let mut server = TcpStream::connect(server).await?;
    client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
    copy_bidirectional(&mut client, &mut server).await?;
    Ok(())
}
