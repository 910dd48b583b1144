//! The engine as front ends see it: everything a person can ask for, one method each.

mod host;
mod servers;
mod sign_in;
mod tools;
mod vault;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use drawbridge_oauth::{HttpOptions, RedirectUri};
use tokio::sync::broadcast;
use url::Url;

use crate::clock::Clock;
use crate::core::Core;
use crate::error::Error;
use crate::grant;
use crate::keys::Keys;
use crate::limits::Limits;
use crate::place::{DATABASE, KEY_FILE};
use crate::preferences::{self, CurrentPreferences};
use crate::sign_in::SignInSurface;
use crate::store::{Opening, Store};
use crate::vault::VaultChoice;
use crate::view::{Event, Preferences, QuestionAnswer, Snapshot};
use crate::{connection, delete_all, export, neighbours, open_files, question, surroundings};

/// What an engine is made from.
pub struct EngineOptions {
    /// The folder that holds everything; made if it is not there.
    pub data_dir: PathBuf,
    /// Where the key is kept, unless the person has chosen otherwise in this data folder.
    pub vault: VaultChoice,
    /// Shows sign-in pages.
    pub surface: Arc<dyn SignInSurface>,
    /// Says what time it is.
    pub clock: Clock,
    /// How long things may take.
    pub limits: Limits,
}

/// The application without a face. A clone is another handle to the same engine.
#[derive(Clone)]
pub struct Engine {
    core: Arc<Core>,
    data_dir: Arc<Path>,
}

impl Engine {
    /// Opens the data folder. A key that cannot be had is shown by [`Engine::snapshot`].
    pub async fn open(options: EngineOptions) -> Result<Self, Error> {
        Self::open_with(options, HttpOptions::default()).await
    }

    /// The same, with a client of its own; the preferences decide on proxy and certificates.
    pub async fn open_with(options: EngineOptions, http: HttpOptions) -> Result<Self, Error> {
        let EngineOptions {
            data_dir,
            vault,
            surface,
            clock,
            limits,
        } = options;
        open_files::allow_many();
        private_folder(&data_dir).map_err(|source| Error::DataFolder {
            path: data_dir.display().to_string(),
            source,
        })?;
        let opening = Opening {
            wait: limits.database,
            now: clock.now(),
            small: false,
        };
        let store = Store::open(&data_dir.join(DATABASE), opening).await?;
        let (keys, preferences) = tokio::try_join!(
            Keys::open(&store, vault, data_dir.join(KEY_FILE), limits.keychain),
            CurrentPreferences::load(&store, http),
        )?;
        let core = Core::new(store, keys, preferences, clock, limits, surface);
        Ok(Self {
            core: Arc::new(core),
            data_dir: data_dir.into(),
        })
    }

    /// Says that somebody shows what servers ask while their tools run, and answers it: see
    /// [`Event::QuestionAsked`]. Without it servers are told that nobody does. Sessions that are open
    /// already do not change.
    pub fn answers_questions(&self) {
        self.core.questions.are_answered_from_now_on();
    }

    /// Answers a question that is open.
    pub fn answer_question(&self, id: &str, answer: QuestionAnswer) -> Result<(), Error> {
        question::answer(&self.core, id, answer)
    }

    /// The page that a question wants to be opened; open it when the person agrees, and only then.
    pub fn question_page(&self, id: &str) -> Result<Url, Error> {
        question::page(&self.core, id)
    }

    /// Connects every server that is on and needs nothing of the person first, and from now on
    /// follows what other processes change in the data folder.
    pub async fn start(&self) -> Result<(), Error> {
        // Before the list is read, so that what comes later is seen.
        let follows = neighbours::follow(&self.core).await;
        connection::open_all(&self.core).await?;
        follows?;
        let now = self.core.clock.now();
        Ok(self.core.store.delete_expired_attempts(now).await?)
    }

    /// The network has changed, or is back: whatever could not be reached is tried again at once.
    pub fn network_changed(&self) {
        self.core.rouse();
    }

    /// The computer is awake again, or its clock was set: what is due by now is done, and whatever
    /// could not be reached is tried again at once.
    pub fn woke(&self) {
        self.core.rouse();
    }

    /// Watches the network and the sleep of this computer from now on, so that nobody has to call
    /// [`Engine::network_changed`] and [`Engine::woke`].
    pub fn watch_surroundings(&self) {
        surroundings::watch(&self.core);
    }

    /// Ends every session and lets what must not be cut off come to its end.
    pub async fn shutdown(&self) {
        self.core.wind_down().await;
        grant::store_leftovers(&self.core).await;
        self.core.journal.write().await;
        self.core.store.close().await;
    }

    /// Everything as it is now; what comes later comes as events.
    pub async fn snapshot(&self) -> Result<Snapshot, Error> {
        let _turn = self.core.events.turn().await;
        let mut servers = Vec::new();
        for rows in self.core.store.all_shown().await? {
            let view = self.core.view_of(rows);
            self.core.events.note(&view);
            servers.push(view);
        }
        let order = servers.iter().map(|server| server.id.clone()).collect();
        self.core.events.note_order(order);
        Ok(Snapshot {
            servers,
            vault: self.core.keys.view(),
            redirect_uri: RedirectUri::DEEP_LINK.to_owned(),
            preferences: self.core.preferences(),
            preferences_problem: self.core.preferences_problem(),
            set_aside: self.core.store.set_aside().await?,
            questions: self.core.questions.views(),
        })
    }

    /// The person has seen that a damaged database was kept aside. It stays where it is.
    pub async fn forget_set_aside(&self) -> Result<(), Error> {
        Ok(self.core.store.forget_set_aside().await?)
    }

    /// Changes from now on. A receiver that lags takes a new snapshot.
    #[must_use]
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.core.subscribe()
    }

    /// What the person prefers for every server.
    #[must_use]
    pub fn preferences(&self) -> Preferences {
        self.core.preferences()
    }

    /// Changes what the person prefers; what cannot be used is refused, and nothing changes.
    pub async fn set_preferences(&self, preferences: Preferences) -> Result<(), Error> {
        preferences::set(&self.core, preferences).await
    }

    /// The list and the preferences as JSON without a secret. [`Engine::import`] reads the list; the preferences
    /// are for people.
    pub async fn export(&self) -> Result<String, Error> {
        export::export(&self.core).await
    }

    /// Signs out everywhere and forgets everything: list, preferences, database and key. Ends this
    /// engine, unless it is refused because another process is at work on the same data.
    pub async fn delete_all(&self) -> Result<(), Error> {
        delete_all::delete_all(&self.core, &self.data_dir).await
    }

    /// Cuts off what other computers have not answered: whatever [`Engine::delete_all`] and
    /// [`Engine::shutdown`] have to do here is done now.
    pub fn hurry(&self) {
        tracing::warn!("{} tasks are cut off", self.core.tasks.len());
        self.core.hurry.cancel();
    }
}

/// A folder that only this user may look into.
fn private_folder(path: &std::path::Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)?;
    // The web view makes the same folder, and may have been first.
    #[cfg(unix)]
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    Ok(())
}
