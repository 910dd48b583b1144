//! TLS in front of plain servers, for names that nobody owns, with an authority of its own.

use std::{collections::HashMap, io, net::SocketAddr, sync::Arc};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::{
    ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::{CancellationToken, DropGuard};

/// Listens on loopback, and passes on what it hears to the plain server of the name that was asked
/// for. It ends when it is dropped.
#[derive(Debug)]
pub struct TlsFront {
    address: SocketAddr,
    authority: String,
    _stop: DropGuard,
}

impl TlsFront {
    /// Stands in front of these servers, by their names.
    pub async fn start(names: &[(&str, SocketAddr)]) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let subjects = names.iter().map(|(name, _)| (*name).to_owned()).collect();
        let (authority, config) = papers(subjects).map_err(io::Error::other)?;
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let servers: HashMap<String, SocketAddr> = names
            .iter()
            .map(|(name, server)| ((*name).to_owned(), *server))
            .collect();
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        tokio::spawn(stopped.run_until_cancelled_owned(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, servers) = (acceptor.clone(), servers.clone());
                tokio::spawn(async move {
                    // A client that does not trust us hangs up, which is what some tests want.
                    let _ = pass_on(stream, acceptor, &servers).await;
                });
            }
        }));
        Ok(Self {
            address,
            authority,
            _stop: stop.drop_guard(),
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The certificate of the authority that vouches for all of the names, as PEM.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.authority
    }
}

async fn pass_on(
    stream: TcpStream,
    acceptor: TlsAcceptor,
    servers: &HashMap<String, SocketAddr>,
) -> io::Result<()> {
    let mut client = acceptor.accept(stream).await?;
    let name = client.get_ref().1.server_name().unwrap_or_default();
    let server = servers.get(name).ok_or(io::ErrorKind::NotFound)?;
    let mut server = TcpStream::connect(server).await?;
    copy_bidirectional(&mut client, &mut server).await?;
    Ok(())
}

type Trouble = Box<dyn std::error::Error + Send + Sync>;

/// An authority, and a certificate by it.
fn papers(names: Vec<String>) -> Result<(String, ServerConfig), Trouble> {
    let mut authority = CertificateParams::new(Vec::new())?;
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority_key = KeyPair::generate()?;
    let vouches = authority.self_signed(&authority_key)?;
    let issuer = Issuer::new(authority, authority_key);
    let key = KeyPair::generate()?;
    let certificate = CertificateParams::new(names)?.signed_by(&key, &issuer)?;
    let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], private)?;
    Ok((vouches.pem(), config))
}
