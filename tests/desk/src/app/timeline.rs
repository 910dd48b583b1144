//! What the page showed, and when.

use anyhow::Result;
use serde_json::json;
use tokio::time::Duration;

use super::App;

/// One status that a row showed.
#[derive(Debug, Clone)]
pub struct Moment {
    /// Since the recording began.
    pub at: Duration,
    /// Such as `waiting_for_you`.
    pub status: String,
    /// What a person read.
    pub text: String,
}

const RECORD: &str = "
const begin = performance.now();
const moments = (window.deskMoments = []);
const note = () => {
  const row = document.querySelector(`[data-row=\"${arguments[0]}\"]`);
  const status = row?.dataset.status;
  const text = row?.querySelector('.line')?.innerText.trim() ?? '';
  const last = moments.at(-1);
  if (!status || (last?.status === status && last.text === text)) return;
  moments.push({ at: performance.now() - begin, status, text });
};
note();
new MutationObserver(note).observe(document.body,
  { subtree: true, childList: true, attributes: true, characterData: true });
";

impl App {
    /// Begins to write down every status of a server's row.
    pub async fn record_timeline(&self, server: &str) -> Result<()> {
        let id = self.server_id(server).await?;
        self.client().execute(RECORD, vec![json!(id)]).await?;
        Ok(())
    }

    /// What was written down since, in order.
    pub async fn timeline(&self) -> Result<Vec<Moment>> {
        self.focus_main().await?;
        let moments = self
            .client()
            .execute("return window.deskMoments ?? []", vec![])
            .await?;
        let moments = moments
            .as_array()
            .into_iter()
            .flatten()
            .map(|moment| Moment {
                at: Duration::from_secs_f64(
                    moment["at"].as_f64().unwrap_or_default().max(0.0) / 1000.0,
                ),
                status: moment["status"].as_str().unwrap_or_default().to_owned(),
                text: moment["text"].as_str().unwrap_or_default().to_owned(),
            });
        Ok(moments.collect())
    }
}
