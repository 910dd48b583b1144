//! Credentials in a file: rmcp leaves keeping them to its users, and by default forgets them.

use std::path::PathBuf;

use rmcp::transport::auth::{AuthError, CredentialStore, StoredCredentials};
use tokio::fs;

/// The file.
pub(crate) struct FileStore(pub(crate) PathBuf);

#[async_trait::async_trait]
impl CredentialStore for FileStore {
    async fn load(&self) -> Result<Option<StoredCredentials>, AuthError> {
        match fs::read(&self.0).await {
            Ok(text) => Ok(Some(serde_json::from_slice(&text).map_err(failed)?)),
            Err(_) => Ok(None),
        }
    }

    async fn save(&self, credentials: StoredCredentials) -> Result<(), AuthError> {
        let text = serde_json::to_vec(&credentials).map_err(failed)?;
        // Whole or not at all, also when several processes write.
        let new = self.0.with_extension(std::process::id().to_string());
        fs::write(&new, text).await.map_err(failed)?;
        fs::rename(&new, &self.0).await.map_err(failed)
    }

    async fn clear(&self) -> Result<(), AuthError> {
        fs::remove_file(&self.0).await.map_err(failed)
    }
}

fn failed(error: impl std::fmt::Display) -> AuthError {
    AuthError::CredentialStoreError(error.to_string())
}
