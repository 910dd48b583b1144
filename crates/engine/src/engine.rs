//! The engine as front ends see it: everything a person can ask for, one method each.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use drawbridge_oauth::{AuthorizationUrl, HttpOptions, RedirectUri};
use tokio::sync::broadcast;
use url::Url;

use crate::activity::{Story, report};
use crate::call;
use crate::clock::Clock;
use crate::connection;
use crate::core::Core;
use crate::delete_all;
use crate::doctor::{self, Checkup, Patient};
use crate::error::Error;
use crate::export;
use crate::grant::{self, Revocation};
use crate::ids::{AttemptId, ServerId};
use crate::import::{self, Homes};
use crate::keys::Keys;
use crate::limits::Limits;
use crate::neighbours;
use crate::place::{DATABASE, KEY_FILE};
use crate::preferences::{self, CurrentPreferences};
use crate::question;
use crate::registry;
use crate::server;
use crate::sign_in::{self, Registering, SignInSurface};
use crate::store::{Opening, Store};
use crate::surroundings;
use crate::vault::VaultChoice;
use crate::view::{
    Activity, CallOutcome, Connection, Deed, Detection, Event, FoundConfig, ImportOutcome,
    ImportPick, ImportPreview, ImportSource, NewServer, Preferences, QuestionAnswer, RegistryPage,
    ServerChange, ServerView, SignInOptions, Snapshot, ToolView, VaultView,
};

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
        let keys = Keys::open(&store, vault, data_dir.join(KEY_FILE), limits.keychain).await?;
        let preferences = CurrentPreferences::load(&store, http).await?;
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
        self.core
            .store
            .delete_expired_attempts(self.core.clock.now())
            .await?;
        for row in self.core.store.servers().await? {
            // One that cannot be read, or was removed meanwhile, does not hold up the others.
            if let Err(error) = connection::open_if_closed(&self.core, &row.id).await {
                tracing::error!(server = %row.id, %error, "cannot connect server {}", row.id);
            }
        }
        neighbours::follow(&self.core).await
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
        self.core.stop.cancel();
        self.core.tasks.close();
        self.core.tasks.wait().await;
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

    /// The list and the preferences as JSON without a secret, for [`Engine::import`] and for people.
    pub async fn export(&self) -> Result<String, Error> {
        export::export(&self.core).await
    }

    /// Signs out everywhere and forgets everything: list, preferences, database and key. Ends this
    /// engine, unless it is refused because another process is at work on the same data.
    pub async fn delete_all(&self) -> Result<(), Error> {
        delete_all::delete_all(&self.core, &self.data_dir).await
    }

    /// Finds out what the server at a URL needs, without credentials.
    pub async fn detect(&self, url: &str) -> Result<Detection, Error> {
        server::detect(&self.core, url).await
    }

    /// Walks every step of a sign-in up to the person, for a server of the list.
    pub async fn check_server(&self, id: &ServerId) -> Result<Checkup, Error> {
        let row = self.core.server(id).await?;
        let patient = Patient {
            url: url::Url::parse(&row.url).map_err(|_| Error::Corrupt)?,
            has_credentials: row.client_secret.is_some() || row.client_key.is_some(),
            options: row.sign_in,
            auth: Some(row.auth),
        };
        Ok(doctor::examine(&self.core, &patient).await)
    }

    /// The same for an address that is not in the list.
    pub async fn check_url(&self, url: &str) -> Result<Checkup, Error> {
        let patient = Patient {
            url: server::server_url(url)?,
            has_credentials: false,
            options: SignInOptions::default(),
            auth: None,
        };
        Ok(doctor::examine(&self.core, &patient).await)
    }

    /// Adds a server; one that needs no sign-in is connected at once.
    pub async fn add_server(&self, new: NewServer) -> Result<ServerView, Error> {
        server::add(&self.core, new).await
    }

    /// What a list of servers of another program holds (see [`import`](crate::import)); asks no
    /// server and changes nothing.
    pub async fn preview_import(&self, text: &str) -> Result<ImportPreview, Error> {
        import::preview(&self.core, text).await
    }

    /// Adds the servers of such a list. `choose` names entries of the preview, and adds them even
    /// beside a server with the same address; `None` is every entry whose address is new. An entry
    /// that cannot be added does not stop the others.
    pub async fn import(
        &self,
        text: &str,
        choose: Option<&[String]>,
    ) -> Result<ImportOutcome, Error> {
        let choice = choose.map_or(import::Choice::New, import::Choice::Named);
        import::run(&self.core, import::read(text)?, choice).await
    }

    /// The lists of servers that the programs of this computer keep. Asks no server, and changes
    /// nothing, least of all those lists.
    pub async fn found_configs(&self, homes: &Homes) -> Result<Vec<FoundConfig>, Error> {
        import::found(&self.core, homes).await
    }

    /// Adds the entries that a person has ticked in [`Engine::preview_import`] or
    /// [`Engine::found_configs`], even beside a server with the same address. One result for each.
    pub async fn import_picked(
        &self,
        source: &ImportSource,
        homes: &Homes,
        picks: &[ImportPick],
    ) -> Result<ImportOutcome, Error> {
        let list = match source {
            ImportSource::Text { text } => import::read(text)?,
            ImportSource::Found { config } => import::list(homes, config).await?,
        };
        import::run(&self.core, list, import::Choice::Picked(picks)).await
    }

    /// Searches a registry of MCP servers, such as [`registry::OFFICIAL`], from `cursor` on.
    pub async fn search_registry(
        &self,
        registry: &Url,
        query: &str,
        cursor: Option<String>,
    ) -> Result<RegistryPage, Error> {
        registry::search(&self.core, registry, query, cursor).await
    }

    /// Changes a server; a failed change leaves everything as it was.
    pub async fn change_server(
        &self,
        id: &ServerId,
        change: ServerChange,
    ) -> Result<ServerView, Error> {
        server::change(&self.core, id, change).await
    }

    /// Removes a server with everything that was known of it, and gives its grant back.
    pub async fn remove_server(&self, id: &ServerId) -> Result<(), Error> {
        server::remove(&self.core, id).await
    }

    /// Puts a server where `to` others stand before it; beyond the end is the end.
    pub async fn move_server(&self, id: &ServerId, to: usize) -> Result<(), Error> {
        server::move_server(&self.core, id, to).await
    }

    /// *Connect*, *Reconnect* and *Retry now*: opens a session with what is there, or begins a
    /// sign-in. Answers when that is under way; the outcome comes as events.
    pub async fn connect(&self, id: &ServerId) -> Result<(), Error> {
        let row = self.core.server(id).await?;
        if !row.enabled {
            return Err(Error::Disabled { name: row.name });
        }
        let grant = self.core.store.grant(id).await?;
        let enough = grant.is_some_and(|grant| {
            grant.reauth_reason.is_none() && !(grant.needed_scopes.is_some() && self.is_quiet(id))
        });
        if server::signs_in(&self.core, &row).await? && !enough {
            sign_in::begin(&self.core, row, Registering::default());
        } else {
            let live = self.core.live(id);
            let (refresh, is_open) = {
                let mut state = live.state();
                state.trouble = None;
                let waits = matches!(state.connection, Connection::Retrying { .. });
                (state.refresh.clone(), waits && state.session.is_some())
            };
            // Whoever holds it is refreshing this moment: there is no wait to cut short.
            if let Ok(mut refresh) = refresh.try_lock() {
                refresh.unblock(self.core.clock.now());
            }
            if is_open {
                // It waits for a token alone; calls that are under way are not cut off.
                live.retry.notify_one();
            } else {
                connection::open(&self.core, id).await;
            }
        }
        Ok(())
    }

    /// Whether the person who connects can only mean the access that is missing.
    fn is_quiet(&self, id: &ServerId) -> bool {
        let connection = self.core.live(id).state().connection.clone();
        connection == Connection::Idle || server::waits_for_access(&connection)
    }

    /// Signs in anew while the grant that is there still works; it stays until the new one is.
    pub async fn sign_in_again(&self, id: &ServerId) -> Result<(), Error> {
        let row = self.core.server(id).await?;
        if !server::signs_in(&self.core, &row).await? {
            return Err(Error::NoSignIn);
        }
        sign_in::begin(&self.core, row, Registering::default());
        Ok(())
    }

    /// Stops the sign-in, or the opening of a session, that is under way.
    pub async fn cancel(&self, id: &ServerId) -> Result<(), Error> {
        self.core.server(id).await?;
        match sign_in::cancel(&self.core, id).await {
            Err(Error::NoSignIn) => {
                let connected = matches!(
                    self.core.live(id).state().connection,
                    Connection::Connected { .. }
                );
                if !connected {
                    connection::close(&self.core, id).await;
                }
                Ok(())
            }
            other => other,
        }
    }

    /// Takes in the URL that an authorization server redirected to, from wherever it came.
    pub async fn receive_callback(&self, url: &str) -> Result<ServerId, Error> {
        sign_in::receive_callback(&self.core, url).await
    }

    /// Moves a running attempt from its window to the browser of the system: the same attempt, the
    /// same page. [`SignInSurface::open`] is called once more for it. Where the answer has to come
    /// back to a port that is taken by now, the attempt begins anew in the browser.
    pub async fn hand_over(&self, attempt: &AttemptId) -> Result<(), Error> {
        sign_in::hand_over(&self.core, attempt).await
    }

    /// Forgets what the running attempt of a server is registered as, and begins it anew: for a
    /// sign-in page that does not know Drawbridge any more (rule R8).
    pub async fn register_again(&self, id: &ServerId) -> Result<(), Error> {
        sign_in::register_again(&self.core, id).await
    }

    /// The window of an attempt was closed by hand; one that was handed over goes on.
    pub fn window_closed(&self, attempt: &AttemptId) {
        sign_in::window_closed(&self.core, attempt);
    }

    /// The page of the running attempt, to be opened elsewhere or copied.
    pub fn sign_in_link(&self, id: &ServerId) -> Result<AuthorizationUrl, Error> {
        let live = self.core.live_if_any(id);
        let link = live.and_then(|live| {
            let state = live.state();
            state
                .attempt
                .as_ref()?
                .prompt
                .as_ref()
                .map(|prompt| prompt.url.clone())
        });
        link.ok_or(Error::NoSignIn)
    }

    /// The attempt that runs for a server.
    #[must_use]
    pub fn running_attempt(&self, id: &ServerId) -> Option<AttemptId> {
        let live = self.core.live_if_any(id)?;
        let state = live.state();
        state.attempt.as_ref().map(|attempt| attempt.id.clone())
    }

    /// Leaves the access as it is, although the server asked for more (rule G7); it is asked for
    /// again when a call needs it again.
    pub async fn decline_access(&self, id: &ServerId) -> Result<(), Error> {
        self.core.server(id).await?;
        self.core.store.clear_needed_scopes(id).await?;
        self.core.publish(id).await;
        Ok(())
    }

    /// Forgets the grant here, then gives it back at the authorization server.
    pub async fn sign_out(&self, id: &ServerId) -> Result<(), Error> {
        self.core.server(id).await?;
        let live = self.core.live(id);
        let _settling = live.settling.lock().await;
        let revocation = Revocation::of(&self.core, id).await;
        self.core.store.delete_grant(id).await?;
        neighbours::acknowledge(&self.core, id).await;
        grant::forget_renewals(&self.core, id);
        sign_in::cancel_quietly(&self.core, id).await;
        connection::close(&self.core, id).await;
        let journal = &self.core.journal;
        journal.happened(id, Deed::SignedOut, Story::default());
        if let Some(revocation) = revocation {
            revocation.spawn(&self.core, id);
        }
        Ok(())
    }

    /// What happened to a server, the newest first; what comes later comes as events.
    pub async fn activity(&self, id: &ServerId) -> Result<Vec<Activity>, Error> {
        self.core.server(id).await?;
        self.core.journal.of(id).await
    }

    /// The same for somebody who helps, with what is known of the server, in Markdown. It holds no
    /// secret, and no query of an address.
    pub async fn diagnostic_report(&self, id: &ServerId) -> Result<String, Error> {
        let server = self.core.present(id).await?;
        let activity = self.core.journal.of(id).await?;
        report(&self.core.store, self.core.clock.now(), &server, &activity).await
    }

    /// The last good list of tools.
    pub async fn tools(&self, id: &ServerId) -> Result<Vec<ToolView>, Error> {
        self.core.server(id).await?;
        Ok(self.core.store.tools(id).await?)
    }

    /// Reads the tools from the server again.
    pub async fn refresh_tools(&self, id: &ServerId) -> Result<Vec<ToolView>, Error> {
        call::refresh_tools(&self.core, id).await
    }

    /// Runs a tool. `call` is the caller's own name for this run, for [`Engine::cancel_call`].
    pub async fn call_tool(
        &self,
        id: &ServerId,
        call: &str,
        tool: &str,
        arguments: serde_json::Value,
    ) -> Result<CallOutcome, Error> {
        call::call_tool(&self.core, id, call, tool, arguments).await
    }

    /// Stops a running call; does nothing if it is over.
    pub fn cancel_call(&self, call: &str) {
        call::cancel(&self.core, call);
    }

    /// Asks for the key again, and goes on where it was missing.
    pub async fn retry_vault(&self) -> Result<VaultView, Error> {
        self.core.keys.retry(&self.core.store).await?;
        self.vault_changed().await
    }

    /// Keeps the key in a file of the data folder, because the person chose so.
    pub async fn use_key_file(&self) -> Result<VaultView, Error> {
        self.core.keys.use_key_file(&self.core.store).await?;
        self.vault_changed().await
    }

    /// Begins with a new key after the old one was lost; every sign-in has to be made again.
    pub async fn replace_lost_key(&self) -> Result<VaultView, Error> {
        self.core.keys.replace_lost_key(&self.core.store).await?;
        self.vault_changed().await
    }

    async fn vault_changed(&self) -> Result<VaultView, Error> {
        let vault = self.core.keys.view();
        self.core.events.send(Event::VaultChanged {
            vault: vault.clone(),
        });
        if !matches!(vault, VaultView::Unavailable { .. }) {
            self.start().await?;
        }
        Ok(vault)
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
