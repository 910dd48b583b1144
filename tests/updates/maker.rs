//! Whoever makes new versions, with a key of their own.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use base64::{Engine as _, engine::general_purpose::STANDARD};
use minisign::KeyPair;

/// What a new version consists of: as much of an `AppImage` as can be told from other files.
pub(crate) fn package(words: &str) -> Vec<u8> {
    let mut package = format!("\x7fELF {words}").into_bytes();
    package.resize(200_000, b' ');
    package
}

pub(crate) struct Maker(KeyPair);

impl Maker {
    pub(crate) fn new() -> Self {
        Self(KeyPair::generate_unencrypted_keypair().unwrap())
    }

    /// The public key as `tauri.conf.json` has it.
    pub(crate) fn key(&self) -> String {
        STANDARD.encode(self.0.pk.to_box().unwrap().to_string())
    }

    /// Signs a package as this version, as the bundler does.
    pub(crate) fn sign(&self, package: &[u8], version: &str) -> String {
        self.sign_saying(
            package,
            &format!("timestamp:1\tfile:app\tversion:{version}"),
        )
    }

    pub(crate) fn sign_saying(&self, package: &[u8], words: &str) -> String {
        let key = Some(&self.0.pk);
        let signature = minisign::sign(key, &self.0.sk, package, Some(words), None).unwrap();
        STANDARD.encode(signature.into_string())
    }
}
