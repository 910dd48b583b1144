//! The list of everything that must never show up in a log, a file or an event.

use crate::shared::Shared;

/// Every secret that the servers issued or were shown, in order, each once.
#[derive(Debug, Clone, Default)]
pub(crate) struct Secrets(Shared<Vec<String>>);

impl Secrets {
    /// Remembers one. Very short strings are left out: they would be found in any file.
    pub(crate) fn note(&self, secret: &str) {
        if secret.len() < 8 {
            return;
        }
        self.0.with(|all| {
            if !all.iter().any(|known| known == secret) {
                all.push(secret.to_owned());
            }
        });
    }

    pub(crate) fn all(&self) -> Vec<String> {
        self.0.with(|all| all.clone())
    }
}
