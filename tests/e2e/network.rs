//! What the pane can reach: nothing but the app.

use anyhow::{Result, ensure};
use drawbridge_testkit::Sample;
use serde_json::json;

use crate::story::Story;

/// Asks for `url` in every way that a page knows, and answers with those that were let through.
const ASK: &str = r#"
    const [url, done] = arguments;
    const ended = (element) => new Promise((resolve) => {
        element.onload = () => resolve(true);
        element.onerror = () => resolve(false);
    });
    const tag = (name, attributes) => {
        const element = Object.assign(document.createElement(name), attributes);
        const loaded = ended(element);
        document.head.append(element);
        return loaded.finally(() => element.remove());
    };
    const socket = () => new Promise((resolve) => {
        const opened = new WebSocket(url.replace("http", "ws"));
        opened.onopen = () => resolve(true);
        opened.onerror = () => resolve(false);
    });
    const ways = {
        fetch: () => fetch(url, { mode: "no-cors" }).then(() => true),
        picture: () => tag("img", { src: url }),
        script: () => tag("script", { src: url }),
        style: () => tag("link", { rel: "stylesheet", href: url }),
        socket,
    };
    const tried = Object.entries(ways).map(async ([name, way]) => {
        const goes = await (async () => way())().catch(() => false);
        return goes ? [name] : [];
    });
    Promise.all(tried).then((names) => done(names.flat()));
"#;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_in_the_pane_can_ask_a_server() -> Result<()> {
    let story = Story::begin().await?;
    let other = Sample::start().await;
    let url = other.mcp_url();
    let through = story.app.client().execute_async(ASK, vec![json!(url)]);
    let through = through.await?;
    ensure!(through == json!([]), "let through: {through}");
    let asked = other.journal_lines();
    ensure!(asked.is_empty(), "{asked:#?}");

    let http = reqwest::Client::builder().no_proxy().build()?;
    http.get(url.clone()).send().await?;
    ensure!(other.journal_lines().len() == 1, "it would have been seen");
    story.end().await
}
