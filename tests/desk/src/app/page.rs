//! Seeing and doing things in the page of the main window.

use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use fantoccini::{
    Locator,
    actions::{InputSource as _, MouseActions, PointerAction},
    elements::Element,
    error::{CmdError, ErrorStatus},
};
use serde_json::{Value, json};

use super::{App, typing};
use crate::wait::{PATIENCE, wait_until};

/// A condition: the front end has put something into the page.
pub(super) const LOADED: &str =
    "return document.readyState !== 'loading' && document.body.innerText.trim() !== ''";

/// Looks at once, after each change in the page, and now and then for what no change tells, such as the value of
/// a field; until the condition holds or time is up.
const OBSERVE: &str = "
const done = arguments[arguments.length - 1];
const [limit, ...given] = arguments;
const look = (() => {
  const args = given;
  return () => { try { return (() => { CONDITION })() } catch { return null } };
})();
const finish = (answer) => {
  observer.disconnect();
  clearInterval(again);
  clearTimeout(timer);
  done(answer);
};
const lookAgain = () => { const answer = look(); if (answer) finish(answer) };
const observer = new MutationObserver(lookAgain);
const again = setInterval(lookAgain, 25);
const timer = setTimeout(() => finish(null), limit);
observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
lookAgain();
";

impl App {
    /// Waits until a condition holds in the main window: the body of a JavaScript function, run
    /// after each change of the page, that returns something truthy.
    pub async fn wait_in_page(&self, what: &str, condition: &str) -> Result<Value> {
        self.wait_in_page_with(what, condition, &[]).await
    }

    /// The same with values, which the condition finds in `args`.
    pub async fn wait_in_page_with(
        &self,
        what: &str,
        condition: &str,
        values: &[Value],
    ) -> Result<Value> {
        self.focus_main().await?;
        let script = OBSERVE.replace("CONDITION", condition);
        let mut arguments = vec![json!(u64::try_from(PATIENCE.as_millis())?)];
        arguments.extend_from_slice(values);
        let end = Instant::now() + PATIENCE;
        let answer = loop {
            let waited = self.client().execute_async(&script, arguments.clone());
            match waited.await {
                // Another language is another page, in which it may come true as well.
                Err(error) if is_left(&error) && Instant::now() < end => {}
                answer => break answer,
            }
        };
        let answer =
            answer.with_context(|| format!("the page broke off while waiting for {what}"))?;
        if answer.is_null() {
            let seconds = PATIENCE.as_secs();
            let text = self.page_text().await.unwrap_or_default();
            bail!("waited {seconds} s for {what}, in vain; the page says:\n{text}");
        }
        Ok(answer)
    }

    /// All text in the main window.
    pub async fn page_text(&self) -> Result<String> {
        self.focus_main().await?;
        let text = self
            .client()
            .execute("return document.body.innerText", vec![]);
        Ok(text.await?.as_str().unwrap_or_default().to_owned())
    }

    /// Waits for the element with this `data-testid`.
    pub async fn see(&self, id: &str) -> Result<Element> {
        let found = "return !!document.querySelector(args[0])";
        let selector = by(id);
        self.wait_in_page_with(id, found, &[json!(selector)])
            .await?;
        Ok(self.client().find(Locator::Css(&selector)).await?)
    }

    /// Waits until it is not there any more.
    pub async fn see_gone(&self, id: &str) -> Result<()> {
        let gone = "return !document.querySelector(args[0])";
        let what = format!("{id} to go away");
        self.wait_in_page_with(&what, gone, &[json!(by(id))])
            .await?;
        Ok(())
    }

    /// Waits until its text contains `part`; answers the whole text.
    pub async fn see_text(&self, id: &str, part: &str) -> Result<String> {
        let text = "const found = [...document.querySelectorAll(args[0])]
            .map((one) => one.value ?? one.innerText).find((text) => text.includes(args[1]));
            return found && { found }";
        let what = format!("{part:?} in {id}");
        let values = [json!(by(id)), json!(part)];
        let answer = self.wait_in_page_with(&what, text, &values).await?;
        Ok(answer["found"].as_str().unwrap_or_default().to_owned())
    }

    /// Its text now.
    pub async fn text(&self, id: &str) -> Result<String> {
        Ok(self.see(id).await?.text().await?)
    }

    /// Waits until it can be used, and clicks it.
    pub async fn click(&self, id: &str) -> Result<()> {
        let ready = "const found = document.querySelector(args[0]);
            return found && !found.disabled && found.getAttribute('aria-disabled') !== 'true'
                && getComputedStyle(found).visibility === 'visible'";
        let selector = by(id);
        let what = format!("{id} to be clickable");
        self.wait_in_page_with(&what, ready, &[json!(selector)])
            .await?;
        self.click_in_page(id, &selector).await
    }

    /// Clicks what is there, as soon as it stands still and nothing covers it.
    pub(super) async fn click_in_page(&self, what: &str, selector: &str) -> Result<()> {
        let still = "const found = document.querySelector(args[0]);
            const { x, y } = found.getBoundingClientRect();
            const [before, now] = [args[1], `${x} ${y}`];
            args[1] = now;
            return before === now";
        let stands = format!("{what} to stand still");
        self.wait_in_page_with(&stands, still, &[json!(selector)])
            .await?;
        let takes = format!("{what} to take a click");
        let clicked = wait_until(&takes, async || {
            let element = self.client().find(Locator::Css(selector)).await?;
            match element.click().await {
                Err(error) if is_out_of_reach(&error) => Err(error.into()),
                clicked => Ok(Some(clicked)),
            }
        });
        let clicked = clicked.await?;
        clicked.map_err(|error| anyhow::anyhow!("{what} took no click: {error:?}"))
    }

    /// Clicks it, and waits until it says so. It may say it for a moment only: it is listened to from
    /// before the click.
    pub async fn click_until(&self, id: &str, words: &str) -> Result<()> {
        let says = "const button = document.querySelector(args[0]);
            if (button && !button.disabled) args.clicked ??= (button.click(), true);
            return args.clicked && button?.textContent.includes(args[1])";
        let what = format!("{id} to say {words:?}");
        self.wait_in_page_with(&what, says, &[json!(by(id)), json!(words)])
            .await?;
        Ok(())
    }

    /// Puts the pointer on it, as soon as it is there.
    pub async fn point_at(&self, id: &str) -> Result<()> {
        let element = self.see(id).await?;
        let there = PointerAction::MoveToElement {
            element,
            duration: None,
            x: 0.0,
            y: 0.0,
        };
        let mouse = MouseActions::new("mouse".to_owned()).then(there);
        Ok(self.client().perform_actions(mouse).await?)
    }

    /// Replaces what is written in it, key by key, and sees that it has arrived.
    pub async fn fill(&self, id: &str, text: &str) -> Result<()> {
        let field = self.see(id).await?;
        field.clear().await?;
        typing::type_into(&field, id, text).await
    }
}

/// Whether the page went away under what waited in it.
fn is_left(error: &CmdError) -> bool {
    error.to_string().contains("before the unload event")
}

/// Whether nothing was clicked, because it went away, or something lies above it for now.
fn is_out_of_reach(error: &CmdError) -> bool {
    let is_covered = matches!(error, CmdError::Standard(refusal)
        if refusal.error == ErrorStatus::ElementClickIntercepted);
    is_covered || error.is_element_not_interactable() || error.is_stale_element_reference()
}

pub(super) fn by(id: &str) -> String {
    // Only our own ids come here; a quote in one would be a mistake in the test.
    format!("[data-testid=\"{id}\"]")
}
