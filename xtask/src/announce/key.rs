//! The public key that updates are signed with, and what it says of a package.

use anyhow::{Context as _, Result, ensure};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use minisign_verify::{PublicKey, Signature};
use serde_json::Value;

/// The public half.
pub(crate) struct Key(PublicKey);

impl Key {
    /// The one that is built into the app.
    pub(crate) fn built_in() -> Result<Self> {
        let config: Value = serde_json::from_str(include_str!("../../../tauri.conf.json"))?;
        let key = config["plugins"]["updater"]["pubkey"].as_str();
        Self::read(key.unwrap_or_default())
            .context("tauri.conf.json has no public key of the updates (docs/platforms.md)")
    }

    pub(super) fn read(text: &str) -> Result<Self> {
        Ok(Self(PublicKey::decode(&unpacked(text)?)?))
    }

    /// Whether the app would take this package as this version.
    pub(super) fn check(&self, package: &[u8], signature: &str, version: &str) -> Result<()> {
        let signature = Signature::decode(&unpacked(signature)?)?;
        self.0
            .verify(package, &signature, false)
            .context("was changed, or signed with another key than the app has")?;
        let mut facts = signature.trusted_comment().split('\t');
        let signed = facts.find_map(|fact| fact.strip_prefix("version:"));
        let signed = signed.context("the signature names no version")?;
        ensure!(signed == version, "signed as {signed}, not as {version}");
        Ok(())
    }
}

/// The Tauri command packs the files of minisign into one line.
fn unpacked(line: &str) -> Result<String> {
    Ok(String::from_utf8(STANDARD.decode(line)?)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_is_not_there_is_none() {
        assert!(Key::read("").is_err());
        assert!(Key::read("not a key").is_err());
    }
}
