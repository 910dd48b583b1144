//! The links of the catalogue of well-known servers. A page says whose and which, never where to.

use serde::Deserialize;
use tauri::{
    AppHandle, Runtime, generate_handler,
    plugin::{Builder, TauriPlugin},
};

use crate::{
    browser,
    failure::{Answer, Failure},
};

/// The file that the front end shows.
const SERVERS: &str = include_str!("../../ui/src/lib/catalogue/servers.json");

pub(super) fn plugin<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("catalogue")
        .invoke_handler(generate_handler![open_link])
        .build()
}

/// A server, as far as its links go.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Known {
    id: String,
    docs: String,
    client_at: Option<String>,
}

/// Which link.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Link {
    /// What the provider says of its server.
    Docs,
    /// Where the provider gives out client ids.
    Client,
}

/// Opens a link in the person's browser.
#[tauri::command]
async fn open_link<R: Runtime>(app: AppHandle<R>, server: String, link: Link) -> Answer<()> {
    let address = address(&server, link)
        .ok_or_else(|| Failure::new("no_link", "The catalogue has no such link.", None))?;
    browser::open(&app, &address)
}

fn address(server: &str, link: Link) -> Option<String> {
    let servers: Vec<Known> = serde_json::from_str(SERVERS).ok()?;
    let known = servers.into_iter().find(|known| known.id == server)?;
    match link {
        Link::Docs => Some(known.docs),
        Link::Client => known.client_at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_server_has_a_page_about_it() {
        let servers: Vec<Known> = serde_json::from_str(SERVERS).unwrap();
        assert!(!servers.is_empty());
        for known in &servers {
            let docs = address(&known.id, Link::Docs);
            assert!(docs.is_some_and(|docs| docs.starts_with("https://")));
        }
    }

    #[test]
    fn what_is_not_in_the_catalogue_leads_nowhere() {
        assert_eq!(address("https://evil.example", Link::Docs), None);
        assert_eq!(address("deepwiki", Link::Client), None);
    }
}
