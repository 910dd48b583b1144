//! A server's tools, as a person tries them.

use anyhow::Result;
use serde_json::Value;

use super::App;

/// What the page shows after a tool ran.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Whether it is shown as a failure.
    pub failed: bool,
    /// The code of the error, if the call itself failed.
    pub code: Option<String>,
    /// All its text.
    pub text: String,
}

impl App {
    /// Opens a server's tools, waits for one and runs it with these arguments.
    pub async fn run_tool(&self, server: &str, tool: &str, arguments: &Value) -> Result<Outcome> {
        self.start_tool(server, tool, arguments).await?;
        self.outcome().await
    }

    /// The same without waiting for its answer.
    pub async fn start_tool(&self, server: &str, tool: &str, arguments: &Value) -> Result<()> {
        self.open_server(server).await?;
        self.click("tab-tools").await?;
        self.see(&format!("tool-{tool}")).await?;
        self.open_try(tool).await?;
        self.fill("try-arguments", &arguments.to_string()).await?;
        self.click("try-run").await
    }

    /// Waits for the answer of the tool that was run.
    pub async fn outcome(&self) -> Result<Outcome> {
        let shown = "const result = document.querySelector('[data-testid=\"try-result\"]');
            const running = document.querySelector('[data-testid=\"try-cancel\"]');
            return result && !running && { failed: result.dataset.error === 'true',
              code: result.dataset.code ?? null, text: result.innerText }";
        let answer = self.wait_in_page("the tool's answer", shown).await?;
        Ok(Outcome {
            failed: answer["failed"] == true,
            code: answer["code"].as_str().map(str::to_owned),
            text: answer["text"].as_str().unwrap_or_default().to_owned(),
        })
    }

    async fn open_try(&self, tool: &str) -> Result<()> {
        let button = format!("try-{tool}");
        let open = self.see(&button).await?.attr("aria-expanded").await?;
        if open.as_deref() != Some("true") {
            self.click(&button).await?;
        }
        let there =
            "return document.querySelector('[data-testid=try-arguments]')?.checkVisibility()";
        let what = format!("the arguments of {tool}");
        self.wait_in_page(&what, there).await?;
        Ok(())
    }
}
