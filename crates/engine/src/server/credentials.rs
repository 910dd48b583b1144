//! The secret and the private key of a client that was registered by hand: sealed, never shown back.

use drawbridge_oauth::ClientKey;
use zeroize::Zeroizing;

use crate::core::Core;
use crate::error::Error;
use crate::ids::ServerId;
use crate::vault::Place;
use crate::view::SecretChange;

pub(crate) const CLIENT_SECRET: &str = "client_secret";
pub(crate) const CLIENT_KEY: &str = "client_key";

/// What is stored after the change; one that is left out keeps what is there.
pub(super) fn sealed_credential(
    core: &Core,
    server: &ServerId,
    column: &'static str,
    change: &SecretChange,
    stored: Option<Vec<u8>>,
) -> Result<Option<Vec<u8>>, Error> {
    match change {
        SecretChange::Keep => Ok(stored),
        SecretChange::Clear => Ok(None),
        SecretChange::Set(typed) if typed.trim().is_empty() => {
            Err(Error::InvalidOption("a secret is empty"))
        }
        SecretChange::Set(typed) if column == CLIENT_KEY && ClientKey::from_pem(typed).is_err() => {
            Err(drawbridge_oauth::Error::UnusableKey.into())
        }
        SecretChange::Set(typed) => Ok(Some(core.keys.seal(place(server, column), typed.trim())?)),
    }
}

/// What is stored, opened.
pub(crate) fn credential(
    core: &Core,
    server: &ServerId,
    column: &'static str,
    stored: Option<&[u8]>,
) -> Result<Option<Zeroizing<String>>, Error> {
    let opened = stored.map(|sealed| core.keys.unseal(place(server, column), sealed));
    Ok(opened.transpose()?)
}

/// Where a credential of a server is sealed to.
pub(crate) fn place<'a>(server: &'a ServerId, column: &'static str) -> Place<'a> {
    Place {
        table: "server",
        column,
        row: server.as_str(),
    }
}
