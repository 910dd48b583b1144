//! Where new versions are announced, and who has to have signed them.

use std::{path::PathBuf, time::Duration};

use drawbridge_engine::Engine;
use tauri::{AppHandle, Runtime};
use tauri_plugin_updater::{Config, Updater, UpdaterExt as _};
use url::Url;

use super::{failure, restart, way::Way};
use crate::{environment::Environment, failure::Answer};

/// How long the announcement may take; a package comes as slowly as it has to.
const ANNOUNCEMENT: Duration = Duration::from_secs(30);

/// Where a copy of the program gets its successors from.
#[derive(Debug, Clone)]
pub struct Source {
    /// How it gets them at all.
    pub way: Way,
    /// The announcement of the newest version.
    pub endpoint: Option<Url>,
    /// The public key that packages are signed with.
    pub key: String,
    /// What is replaced, if not the program that runs.
    pub program: Option<PathBuf>,
}

impl Source {
    /// As it was built in; a debug build obeys its environment, where there is one.
    pub(crate) fn of<R: Runtime>(app: &AppHandle<R>, environment: &Environment) -> Source {
        if let Some((endpoint, key)) = environment.updates.clone() {
            return Source {
                way: Way::Itself,
                endpoint: Some(endpoint),
                key,
                program: None,
            };
        }
        let built_in = app.config().plugins.0.get("updater").cloned();
        let built_in = built_in.and_then(|value| serde_json::from_value::<Config>(value).ok());
        let built_in = built_in.unwrap_or_default();
        let way = match Way::of(app) {
            // Nothing could ever be shown to come from the makers.
            Way::Itself if built_in.pubkey.is_empty() => Way::Hand,
            way => way,
        };
        Source {
            way,
            endpoint: built_in.endpoints.into_iter().next(),
            key: built_in.pubkey,
            program: None,
        }
    }

    /// Who asks there, by the preferences of now.
    pub(super) async fn updater<R: Runtime>(
        &self,
        app: &AppHandle<R>,
        engine: &Engine,
    ) -> Answer<Updater> {
        let Some(endpoint) = &self.endpoint else {
            return Err(failure::nowhere());
        };
        let ends = app.clone();
        let mut updater = app
            .updater_builder()
            .endpoints(vec![endpoint.clone()])
            .map_err(failure::told)?
            .pubkey(&self.key)
            .timeout(ANNOUNCEMENT)
            .configure_client(engine.equipment(endpoint).await?)
            .on_before_exit(move || restart::leave_to_installer(&ends));
        if let Some(program) = &self.program {
            updater = updater.executable_path(program);
        }
        updater.build().map_err(failure::told)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::Config;

    #[test]
    fn packages_are_bound_to_their_version_and_announced_over_tls() {
        let all: Value = serde_json::from_str(include_str!("../../tauri.conf.json")).unwrap();
        let config: Config = serde_json::from_value(all["plugins"]["updater"].clone()).unwrap();
        assert!(config.require_signed_version);
        assert!(!config.allow_downgrades);
        assert!(!config.dangerous_insecure_transport_protocol);
        assert!(!config.dangerous_accept_invalid_certs);
        assert!(!config.dangerous_accept_invalid_hostnames);
        let [endpoint] = &config.endpoints[..] else {
            panic!("one endpoint, not {:?}", config.endpoints);
        };
        assert_eq!(endpoint.scheme(), "https");
        // What stands in the address would be told with every question.
        assert!(!endpoint.as_str().contains("%7B"), "{endpoint}");
    }
}
