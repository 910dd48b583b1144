//! Adding, importing, changing, removing servers.

use url::Url;

use super::Engine;
use crate::doctor::{self, Checkup, Patient};
use crate::error::Error;
use crate::ids::ServerId;
use crate::import::{self, Homes};
use crate::view::{
    Detection, FoundConfig, ImportOutcome, ImportPick, ImportPreview, ImportSource, NewServer,
    RegistryPage, ServerChange, ServerView,
};
use crate::{registry, server};

impl Engine {
    /// Finds out what the server at a URL needs, without credentials.
    pub async fn detect(&self, url: &str) -> Result<Detection, Error> {
        server::detect(&self.core, url).await
    }

    /// Walks every step of a sign-in up to the person, for a server of the list.
    pub async fn check_server(&self, id: &ServerId) -> Result<Checkup, Error> {
        let patient = Patient::listed(self.core.server(id).await?)?;
        Ok(doctor::examine(&self.core, &patient).await)
    }

    /// The same for an address that is not in the list.
    pub async fn check_url(&self, url: &str) -> Result<Checkup, Error> {
        let patient = Patient::at(server::server_url(url)?);
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
}
