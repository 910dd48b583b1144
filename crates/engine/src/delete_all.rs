//! Forgetting everything: sign-ins are given back, then the database goes, then its key.

use std::path::Path;
use std::sync::Arc;

use crate::core::Core;
use crate::error::Error;
use crate::keys::pinned_key;
use crate::place::{DATABASE, KEY_FILE, data_folder};
use crate::server;
use crate::store::{erase, erase_pages};

/// Does it, and leaves an engine that is closed. Refused while another process has the database open:
/// then nothing has changed.
///
/// Where the key cannot be taken out of its keychain, or sign-in pages hold fast to what they have kept,
/// all the rest is gone, and that is told.
pub(crate) async fn delete_all(core: &Arc<Core>, data_dir: &Path) -> Result<(), Error> {
    let database = data_dir.join(DATABASE);
    let trouble = |source| Error::DataFolder {
        path: data_dir.display().to_string(),
        source,
    };
    let alone = core.store.alone(&database).await.map_err(trouble)?;
    let alone = alone.ok_or(Error::DataInUse)?;
    let pinned = pinned_key(&core.store, &data_dir.join(KEY_FILE)).await?;
    for row in core.store.servers().await? {
        // One that cannot be read goes with the file.
        if let Err(error) = server::remove(core, &row.id).await {
            tracing::warn!(server = %row.id, code = error.code(), "server {} goes with the file", row.id);
        }
    }
    // What was spent here is told there, as far as it goes: each has its time limit.
    core.wind_down().await;
    core.store.close().await;
    erase(&database, &alone).map_err(trouble)?;
    let pages = erase_pages(data_dir);
    tracing::info!("all data were deleted");
    // Other data folders may share the keychain's key; the app's own folder owns it.
    let owns_keychain = data_folder(None).is_ok_and(|own| own == data_dir);
    let forgotten = core.keys.forget(pinned.as_ref(), owns_keychain).await;
    forgotten.map_err(Error::KeyLeft)?;
    pages.map_err(trouble)
}
