//! The list of servers, as a person uses it.

use anyhow::Result;
use serde_json::json;

use super::App;

/// Finds the row of the server that `args[0]` names: by id, name or host.
macro_rules! row {
    ($then:literal) => {
        concat!(
            "const row = [...document.querySelectorAll('[data-row]')].find((row) =>
                row.dataset.row === args[0]
                || row.querySelector('.name')?.textContent.trim() === args[0]
                || row.querySelector('.host')?.textContent.trim() === args[0]);",
            $then
        )
    };
}

impl App {
    /// Adds a server by its address and waits until it is in the list; answers its id.
    pub async fn add_server(&self, url: &str) -> Result<String> {
        let before = "return { ids: [...document.querySelectorAll('[data-row]')]
            .map((row) => row.dataset.row) }";
        let before = self.wait_in_page("the list", before).await?;
        let empty = before["ids"].as_array().is_none_or(Vec::is_empty);
        self.click(if empty { "welcome-add" } else { "add-server" })
            .await?;
        self.fill("add-url", url).await?;
        self.click("add-save").await?;
        let new = "return [...document.querySelectorAll('[data-row]')]
            .map((row) => row.dataset.row).find((id) => !args[0].includes(id))";
        let values = [before["ids"].clone()];
        let id = self
            .wait_in_page_with("the new server's row", new, &values)
            .await?;
        Ok(id.as_str().unwrap_or_default().to_owned())
    }

    /// The id of a server that goes by this id, name or host.
    pub async fn server_id(&self, server: &str) -> Result<String> {
        let what = format!("a row for {server}");
        let id = self
            .wait_in_page_with(&what, row!("return row?.dataset.row"), &[json!(server)])
            .await?;
        Ok(id.as_str().unwrap_or_default().to_owned())
    }

    /// Opens a server's page.
    pub async fn open_server(&self, server: &str) -> Result<()> {
        let row = self.row(server, "[data-open]").await?;
        self.click_in_page(server, &row).await?;
        self.see("detail-status").await?;
        Ok(())
    }

    /// Clicks the one action in a server's row, whatever it is now.
    pub async fn act(&self, server: &str) -> Result<()> {
        let what = format!("something to do for {server}");
        let ready = row!("return !!row?.querySelector('[data-testid=row-action]:not(:disabled)')");
        self.wait_in_page_with(&what, ready, &[json!(server)])
            .await?;
        let button = self.row(server, "[data-testid=row-action]").await?;
        self.click_in_page(server, &button).await
    }

    /// Clicks *Connect* (or *Reconnect*, *Sign in again*) in a server's row.
    pub async fn connect(&self, server: &str) -> Result<()> {
        self.act(server).await
    }

    /// Waits until a server's row shows a status, such as `connected`.
    pub async fn wait_for_status(&self, server: &str, status: &str) -> Result<()> {
        let what = format!("{server} to be {status}");
        let is = row!("return row?.dataset.status === args[1]");
        let values = [json!(server), json!(status)];
        self.wait_in_page_with(&what, is, &values).await?;
        Ok(())
    }

    /// The status that a server's row shows now.
    pub async fn status(&self, server: &str) -> Result<String> {
        let is = row!("return row?.dataset.status");
        let what = format!("a status of {server}");
        let status = self.wait_in_page_with(&what, is, &[json!(server)]).await?;
        Ok(status.as_str().unwrap_or_default().to_owned())
    }

    /// Waits until a part of a server's row is in sight; answers where it is.
    async fn row(&self, server: &str, part: &str) -> Result<String> {
        let id = self.server_id(server).await?;
        // A row that is new in the list is hidden until it has been measured.
        let shown = row!(
            "const found = row?.querySelector(args[1]);
            return found && getComputedStyle(found).visibility === 'visible'"
        );
        let what = format!("{part} in the row of {server}");
        self.wait_in_page_with(&what, shown, &[json!(id), json!(part)])
            .await?;
        Ok(format!("[data-row=\"{id}\"] {part}"))
    }
}
