//! What the environment may change.

use std::{ffi::OsString, path::PathBuf, time::Duration};

use url::Url;

/// Settings that come from environment variables.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Environment {
    /// `DRAWBRIDGE_DATA_DIR`: where the data folder is, instead of the platform's place. What the system
    /// starts by itself, at login or for a link, is never this copy.
    pub(crate) data_folder: Option<PathBuf>,
    /// `DRAWBRIDGE_POPUP_SHARED=1`: sign-in popups share the web context of the main window, so
    /// that `WebDriver` sees them. Debug builds only: it gives up their isolation.
    pub(crate) popup_shared: bool,
    /// `DRAWBRIDGE_ATTEMPT_SECONDS`: how long an attempt may take. Debug builds only.
    pub(crate) attempt_limit: Option<Duration>,
    /// `DRAWBRIDGE_HINT_SECONDS`: when a person who has not come back is told what may help.
    /// Debug builds only.
    pub(crate) hint_after: Option<u32>,
    /// `DRAWBRIDGE_FAREWELL_SECONDS`: how long the end waits for others. Debug builds only.
    pub(crate) farewell: Option<Duration>,
    /// `DRAWBRIDGE_REGISTRY`: which registry of MCP servers is searched, instead of the official one.
    /// Debug builds only.
    pub(crate) registry: Option<Url>,
    /// `DRAWBRIDGE_UPDATES` and `DRAWBRIDGE_UPDATE_KEY`: where new versions are announced, and the key
    /// that they are signed with; the program that runs counts as one that replaces itself. Debug
    /// builds only.
    pub(crate) updates: Option<(Url, String)>,
}

impl Environment {
    /// Reads the environment of this process.
    pub(crate) fn read() -> Environment {
        Environment::from_variables(|name| std::env::var_os(name), cfg!(debug_assertions))
    }

    fn from_variables(variable: impl Fn(&str) -> Option<OsString>, debug: bool) -> Environment {
        let text = |name| variable(name).and_then(|value| value.into_string().ok());
        let lasting = |seconds| Duration::from_secs(u64::from(seconds));
        let seconds = |name| {
            let seconds = text(name).filter(|_| debug)?;
            seconds.parse::<u32>().ok()
        };
        Environment {
            data_folder: variable("DRAWBRIDGE_DATA_DIR")
                .filter(|folder| !folder.is_empty())
                .map(PathBuf::from),
            popup_shared: debug && text("DRAWBRIDGE_POPUP_SHARED").as_deref() == Some("1"),
            attempt_limit: seconds("DRAWBRIDGE_ATTEMPT_SECONDS").map(lasting),
            hint_after: seconds("DRAWBRIDGE_HINT_SECONDS"),
            farewell: seconds("DRAWBRIDGE_FAREWELL_SECONDS").map(lasting),
            registry: text("DRAWBRIDGE_REGISTRY")
                .filter(|_| debug)
                .and_then(|url| Url::parse(&url).ok()),
            updates: text("DRAWBRIDGE_UPDATES")
                .filter(|_| debug)
                .and_then(|url| Url::parse(&url).ok())
                .zip(text("DRAWBRIDGE_UPDATE_KEY")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Duration, Environment, PathBuf, Url};

    fn read(debug: bool) -> Environment {
        let set = |name: &str| match name {
            "DRAWBRIDGE_DATA_DIR" => Some("/data".into()),
            "DRAWBRIDGE_POPUP_SHARED" => Some("1".into()),
            "DRAWBRIDGE_ATTEMPT_SECONDS" => Some("3".into()),
            "DRAWBRIDGE_HINT_SECONDS" => Some("2".into()),
            "DRAWBRIDGE_FAREWELL_SECONDS" => Some("4".into()),
            "DRAWBRIDGE_REGISTRY" => Some("http://127.0.0.1:1/".into()),
            "DRAWBRIDGE_UPDATES" => Some("http://127.0.0.1:2/".into()),
            "DRAWBRIDGE_UPDATE_KEY" => Some("key".into()),
            _ => None,
        };
        Environment::from_variables(set, debug)
    }

    #[test]
    fn a_debug_build_obeys_every_switch() {
        assert_eq!(
            read(true),
            Environment {
                data_folder: Some(PathBuf::from("/data")),
                popup_shared: true,
                attempt_limit: Some(Duration::from_secs(3)),
                hint_after: Some(2),
                farewell: Some(Duration::from_secs(4)),
                registry: Url::parse("http://127.0.0.1:1/").ok(),
                updates: Url::parse("http://127.0.0.1:2/")
                    .ok()
                    .zip(Some("key".into())),
            }
        );
    }

    #[test]
    fn a_release_build_keeps_popups_isolated_whatever_the_environment_says() {
        let environment = read(false);
        assert!(!environment.popup_shared);
        assert_eq!(environment.attempt_limit, None);
        assert_eq!(environment.hint_after, None);
        assert_eq!(environment.farewell, None);
        assert_eq!(environment.registry, None);
        assert_eq!(environment.updates, None);
        assert_eq!(environment.data_folder, Some(PathBuf::from("/data")));
    }
}
