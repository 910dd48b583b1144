//! The data folder and the key, as this run was told.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use drawbridge_engine::vault::VaultChoice;
use drawbridge_engine::{
    Catalogue, Clock, Engine, EngineOptions, IDENTIFIER, Limits, SignInSurface, data_folder,
};

use crate::arguments::Global;
use crate::end::undisturbed;
use crate::failure::Failure;
use crate::person::Nobody;

/// How long the end may take: sessions are closed, and what is being saved is saved.
const FAREWELL: Duration = Duration::from_secs(10);

/// Where everything is.
#[derive(Debug)]
pub(crate) struct Place {
    /// The data folder.
    pub(crate) data_dir: PathBuf,
    key_file: Option<PathBuf>,
}

impl Place {
    /// From the options and the environment; the app's own folder and keychain if they say nothing.
    pub(crate) fn named(global: &Global) -> Result<Self, Failure> {
        let unusable = |error: std::io::Error| {
            Failure::new(
                "data_folder",
                &format!("There is no place for Drawbridge's data: {error}."),
                Some("Name a folder with --data-dir or DRAWBRIDGE_DATA_DIR."),
            )
        };
        let data_dir = data_folder(global.data_dir.as_deref()).map_err(unusable)?;
        let key_file = global.key_file.as_ref().map(std::path::absolute);
        Ok(Self {
            data_dir,
            key_file: key_file.transpose().map_err(unusable)?,
        })
    }

    /// What is stored, to be looked at; nothing if there is no data folder yet.
    pub(crate) async fn catalogue(&self) -> Result<Option<Catalogue>, Failure> {
        Ok(Catalogue::open(&self.data_dir).await?)
    }

    /// The engine for something in which nobody is asked to sign in.
    pub(crate) async fn engine(&self) -> Result<Engine, Failure> {
        self.engine_with(Arc::new(Nobody), Limits::default()).await
    }

    /// The engine, and who shows its sign-in pages.
    pub(crate) async fn engine_with(
        &self,
        surface: Arc<dyn SignInSurface>,
        limits: Limits,
    ) -> Result<Engine, Failure> {
        let vault = match &self.key_file {
            Some(file) => VaultChoice::File(file.clone()),
            None => VaultChoice::Keychain {
                service: IDENTIFIER.to_owned(),
            },
        };
        Ok(Engine::open(EngineOptions {
            data_dir: self.data_dir.clone(),
            vault,
            surface,
            clock: Clock::system(),
            limits,
        })
        .await?)
    }
}

/// Does what gives tokens back, and closes the engine once the authorization server has heard of it, which takes
/// some seconds at most. Whoever tells the program to end meanwhile waits for that.
pub(crate) async fn finish<T>(engine: &Engine, work: impl Future<Output = T>) -> T {
    // Otherwise it is held several times over.
    let work = Box::pin(work);
    undisturbed(async {
        let done = work.await;
        close(engine).await;
        done
    })
    .await
}

/// Closes the engine, and does not wait for ever.
pub(crate) async fn close(engine: &Engine) {
    if tokio::time::timeout(FAREWELL, engine.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("not everything could be closed in time");
    }
}
