//! What the person prefers for every server: one setting of the database, and the client that
//! follows from it.

use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use drawbridge_oauth::{Http, HttpOptions, ProxyRule};
use url::Url;

use crate::connection;
use crate::core::Core;
use crate::error::Error;
use crate::place::DATABASE;
use crate::server::checked_metadata_url;
use crate::store::Store;
use crate::view::{ErrorView, Event, Preferences, ProxyChoice, SignInOptions, Surface};

const SETTING: &str = "preferences";
/// The largest file of certificates that is read, in bytes.
const CA_FILE_LIMIT: u64 = 4 * 1024 * 1024;

/// The preferences as they are now.
pub(crate) struct CurrentPreferences {
    state: RwLock<State>,
    /// What the preferences change.
    base: HttpOptions,
}

struct State {
    preferences: Preferences,
    http: Http,
    /// Why not all of them are in force.
    problem: Option<ErrorView>,
}

/// What was preferred when the program ended last, for what has to be known before an engine is open,
/// such as the colour of its window. Waits for nobody; the default where it cannot be had at once.
pub async fn stored_preferences(data_dir: &Path) -> Preferences {
    let stored = Store::peek_setting(&data_dir.join(DATABASE), SETTING).await;
    let text = stored.unwrap_or_else(|error| {
        // Opening the engine tells the person.
        tracing::debug!("the preferences cannot be read yet: {error}");
        None
    });
    text.and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default()
}

impl CurrentPreferences {
    /// Reads them; what an older or newer program wrote and this one cannot read is the default.
    ///
    /// Certificates that have gone meanwhile do not stop the program: it goes on with those of the
    /// system, and says so.
    pub(crate) async fn load(store: &Store, base: HttpOptions) -> Result<Self, Error> {
        let stored = store.setting(SETTING).await?;
        let stored = stored.and_then(|text| serde_json::from_str(&text).ok());
        let preferences: Preferences = stored.unwrap_or_default();
        let (http, problem) = match client(&base, &preferences).await {
            Ok(http) => (http, None),
            Err(error) => {
                tracing::error!(code = error.code(), "the preferences are not all in force");
                let without = Preferences {
                    extra_ca_file: None,
                    ..preferences.clone()
                };
                (client(&base, &without).await?, Some(error.view()))
            }
        };
        Ok(Self {
            state: RwLock::new(State {
                preferences,
                http,
                problem,
            }),
            base,
        })
    }

    fn read<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.state.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Core {
    pub(crate) fn preferences(&self) -> Preferences {
        self.preferences.read(|state| state.preferences.clone())
    }

    /// Why the preferences are not all in force.
    pub(crate) fn preferences_problem(&self) -> Option<ErrorView> {
        self.preferences.read(|state| state.problem.clone())
    }

    /// The client for everything that belongs to the MCP server at `url` (rule N2).
    pub(crate) async fn http_for(&self, url: &Url) -> Http {
        let http = self.preferences.read(|state| state.http.clone());
        http.reaching_from(url).await
    }

    /// Trusts no connection that was opened before this moment.
    pub(crate) fn begin_connections_anew(&self) {
        self.preferences
            .read(|state| state.http.begin_connections_anew());
    }

    /// Where the sign-in page of a server opens.
    pub(crate) fn surface_for(&self, options: &SignInOptions) -> Surface {
        if !self.surface.has_popup() {
            return Surface::Browser;
        }
        options
            .surface
            .unwrap_or_else(|| self.preferences().surface)
    }

    /// Whether the app's own scheme leads back here from there.
    pub(crate) fn takes_deep_links(&self, surface: Surface) -> bool {
        surface == Surface::Popup || self.surface.receives_deep_links()
    }
}

/// Checks them, stores them, uses them, tells them. Where requests now leave in another way, the
/// sessions that are open are opened anew: nothing goes on in the old one.
pub(crate) async fn set(core: &Arc<Core>, mut new: Preferences) -> Result<(), Error> {
    new.client_metadata_url = checked_metadata_url(new.client_metadata_url)?;
    let http = match client(&core.preferences.base, &new).await {
        // A file that has gone meanwhile stands in nobody's way to another colour.
        Err(_) if core.preferences_problem().is_some() && only_the_desktop(core, &new) => {
            return keep(core, new).await;
        }
        built => built?,
    };
    store(core, &new).await?;
    let old = {
        let state = core.preferences.state.write();
        let mut state = state.unwrap_or_else(PoisonError::into_inner);
        let old = std::mem::replace(&mut state.preferences, new.clone());
        // A file of the same name may hold other certificates now.
        if old.proxy != new.proxy || new.extra_ca_file.is_some() || old.extra_ca_file.is_some() {
            state.http = http;
        }
        state.problem = None;
        old
    };
    let other_way = old.proxy != new.proxy || old.extra_ca_file != new.extra_ca_file;
    core.events.send(Event::PreferencesChanged {
        preferences: new,
        problem: None,
    });
    if other_way {
        core.metadata.clear();
        for server in core.store.servers().await? {
            let kept = core.live_if_any(&server.id);
            if kept.is_some_and(|live| live.state().keeper.is_some()) {
                connection::open_if_possible(core, &server.id).await?;
            }
        }
    }
    Ok(())
}

/// Whether requests leave as they did before.
fn only_the_desktop(core: &Core, new: &Preferences) -> bool {
    let old = core.preferences();
    let desktop = new.desktop.clone();
    old.desktop != desktop && Preferences { desktop, ..old } == *new
}

/// Stores and tells what changes no request.
async fn keep(core: &Core, new: Preferences) -> Result<(), Error> {
    store(core, &new).await?;
    let state = core.preferences.state.write();
    let mut state = state.unwrap_or_else(PoisonError::into_inner);
    state.preferences = new.clone();
    let problem = state.problem.clone();
    drop(state);
    core.events.send(Event::PreferencesChanged {
        preferences: new,
        problem,
    });
    Ok(())
}

async fn store(core: &Core, new: &Preferences) -> Result<(), Error> {
    let text = serde_json::to_string(new).map_err(|_| Error::Corrupt)?;
    Ok(core.store.set_setting(SETTING, &text).await?)
}

/// The client that these preferences ask for (rule N3).
async fn client(base: &HttpOptions, preferences: &Preferences) -> Result<Http, Error> {
    let mut options = base.clone();
    options.proxy = match &preferences.proxy {
        ProxyChoice::System => ProxyRule::System,
        ProxyChoice::None => ProxyRule::Direct,
        ProxyChoice::Url { url } => ProxyRule::Through(checked_proxy(url)?),
    };
    if let Some(path) = &preferences.extra_ca_file {
        let pem = read_limited(path).await.map_err(|source| Error::CaFile {
            path: path.clone(),
            source,
        })?;
        options.extra_roots = Some(pem);
    }
    Ok(Http::new(options)?)
}

fn checked_proxy(typed: &str) -> Result<Url, Error> {
    let url = Url::parse(typed.trim()).map_err(|_| Error::InvalidProxy("it is no address"))?;
    if !matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h") {
        return Err(Error::InvalidProxy("it begins with http:// or socks5://"));
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(Error::InvalidProxy("it names no host"));
    }
    // The preferences are shown, and not sealed.
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Error::InvalidProxy(
            "a user name or password cannot be kept in it; set HTTPS_PROXY and choose the system's",
        ));
    }
    if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
        return Err(Error::InvalidProxy("nothing may follow the port"));
    }
    Ok(url)
}

async fn read_limited(path: &str) -> std::io::Result<Vec<u8>> {
    use tokio::io::AsyncReadExt as _;
    let mut pem = Vec::new();
    let file = tokio::fs::File::open(path).await?;
    if !file.metadata().await?.is_file() {
        return Err(std::io::Error::other("it is no file"));
    }
    file.take(CA_FILE_LIMIT).read_to_end(&mut pem).await?;
    Ok(pem)
}
