//! The keyboard.

use anyhow::{Context as _, Result};
use fantoccini::elements::Element;
use serde_json::json;

use super::{App, page::by};
use crate::wait_until;

const TAB: &str = "\u{E004}";

impl App {
    /// Presses keys wherever the focus is.
    pub async fn press(&self, keys: &str) -> Result<()> {
        let focused = self.client().active_element().await?;
        Ok(focused.send_keys(keys).await?)
    }

    /// Waits until the element with this `data-testid` has the focus.
    pub async fn see_focus(&self, id: &str) -> Result<()> {
        let has = "return document.activeElement.matches(args[0])";
        self.wait_in_page_with(&format!("{id} to have the focus"), has, &[json!(by(id))])
            .await?;
        Ok(())
    }

    /// Presses Tab until the focus is there; a place that Tab never reaches is a fault.
    pub async fn tab_to(&self, id: &str) -> Result<()> {
        self.see(id).await?;
        let there = "return document.activeElement.matches(arguments[0])";
        for _ in 0..40 {
            if self.client().execute(there, vec![json!(by(id))]).await? == json!(true) {
                return Ok(());
            }
            let before = self.client().active_element().await?;
            before.send_keys(TAB).await?;
            let gone_on = "return document.activeElement !== args[0]";
            self.wait_in_page_with("Tab to lead on", gone_on, &[json!(before)])
                .await?;
        }
        anyhow::bail!("Tab never reaches {id}")
    }
}

/// Types into an empty field, and sees that it has arrived before anything is sent off.
pub(super) async fn type_into(field: &Element, name: &str, text: &str) -> Result<()> {
    let typed = field.send_keys(text).await;
    typed.with_context(|| format!("{name} took no text"))?;
    wait_until(&format!("{name} to hold what was typed"), async || {
        let value = field.prop("value").await?;
        Ok((value.as_deref() == Some(text)).then_some(()))
    })
    .await
}
