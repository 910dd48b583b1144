//! The certificates that are trusted: the system's, and beside them the person's own (rule N3).

use std::sync::Arc;

use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, ConfigBuilder, RootCertStore, WantsVerifier};
use rustls_platform_verifier::Verifier;
use tokio::sync::OnceCell;

use super::innermost;
use crate::Error;

/// TLS with a set of trusted certificates. Reading those of the system takes milliseconds, so it is
/// done once, for all clients and away from what must not block. A clone is the same.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    /// Beside the system's.
    own: Vec<CertificateDer<'static>>,
    tls: Arc<OnceCell<ClientConfig>>,
}

impl Trust {
    pub(super) fn beside_the_system(own: Vec<CertificateDer<'static>>) -> Self {
        Self {
            own,
            tls: Arc::default(),
        }
    }

    /// Begins to read, so that the first request need not wait for it.
    pub(super) fn read_ahead(&self) {
        if self.tls.initialized() {
            return;
        }
        let trust = self.clone();
        tokio::spawn(async move {
            // The first request finds the same, and tells.
            let _ = trust.tls().await;
        });
    }

    pub(super) async fn tls(&self) -> Result<ClientConfig, Error> {
        let tls = self.tls.get_or_try_init(async || {
            let own = self.own.clone();
            let read = tokio::task::spawn_blocking(|| read(own)).await;
            match read {
                Ok(Ok(tls)) => Ok(tls),
                Ok(Err(error)) => Err(setup(&error)),
                Err(error) => Err(setup(&error)),
            }
        });
        tls.await.cloned()
    }
}

/// Trusts nobody: for requests without TLS, before which nothing need be read.
pub(super) fn in_nobody() -> Result<ClientConfig, Error> {
    let tls = protocols(provider()).map_err(|error| setup(&error))?;
    Ok(tls
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth())
}

fn read(own: Vec<CertificateDer<'static>>) -> Result<ClientConfig, rustls::Error> {
    let provider = provider();
    let verifier = Verifier::new_with_extra_roots(own, provider.clone())?;
    let mut tls = protocols(provider)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    tls.alpn_protocols = vec![b"h2".into(), b"http/1.1".into()];
    Ok(tls)
}

fn provider() -> Arc<CryptoProvider> {
    CryptoProvider::get_default()
        .cloned()
        .unwrap_or_else(|| Arc::new(aws_lc_rs::default_provider()))
}

fn protocols(
    provider: Arc<CryptoProvider>,
) -> Result<ConfigBuilder<ClientConfig, WantsVerifier>, rustls::Error> {
    ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()
}

fn setup(error: &dyn std::error::Error) -> Error {
    Error::Setup {
        reason: innermost(error),
    }
}
