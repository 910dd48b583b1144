//! How a value is sealed: `version (1) ‖ nonce (24) ‖ XChaCha20-Poly1305 ciphertext and tag`.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use super::{Key, VaultError};

/// The only layout so far.
const VERSION: u8 = 1;
/// Bytes in a nonce: long enough to draw at random without ever counting.
const NONCE: usize = 24;

/// Where a sealed value lives. It opens nowhere else, so it cannot be moved to another row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// The table.
    pub table: &'a str,
    /// The column.
    pub column: &'a str,
    /// The id of the row.
    pub row: &'a str,
}

impl Place<'_> {
    /// Length before text, so that no two places read the same.
    fn associated_data(self) -> Vec<u8> {
        let mut data = vec![VERSION];
        for part in [self.table, self.column, self.row] {
            data.extend((part.len() as u64).to_le_bytes());
            data.extend(part.as_bytes());
        }
        data
    }

    fn unreadable(self) -> VaultError {
        VaultError::Unreadable {
            table: self.table.into(),
            column: self.column.into(),
        }
    }
}

/// See [`super::Vault::seal`].
#[expect(
    clippy::expect_used,
    reason = "the cipher refuses 256 GiB and more, which no row holds"
)]
pub(super) fn seal(key: &Key, place: Place<'_>, plain: &[u8]) -> Vec<u8> {
    let mut nonce = [0; NONCE];
    rand::fill(&mut nonce[..]);
    let ciphertext = cipher(key)
        .encrypt(
            &XNonce::from(nonce),
            Payload {
                msg: plain,
                aad: &place.associated_data(),
            },
        )
        .expect("a value that fits in a row");
    [&[VERSION][..], &nonce, &ciphertext].concat()
}

/// See [`super::Vault::open_sealed`].
pub(super) fn open(
    key: &Key,
    place: Place<'_>,
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let Some((&VERSION, rest)) = sealed.split_first() else {
        return Err(place.unreadable());
    };
    let Some((nonce, ciphertext)) = rest.split_first_chunk::<NONCE>() else {
        return Err(place.unreadable());
    };
    cipher(key)
        .decrypt(
            &XNonce::from(*nonce),
            Payload {
                msg: ciphertext,
                aad: &place.associated_data(),
            },
        )
        .map(Zeroizing::new)
        .map_err(|_| place.unreadable())
}

fn cipher(key: &Key) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&(*key.expose()).into())
}
