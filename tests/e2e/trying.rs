//! Trying tools: the form, what was run before, and the list itself.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use anyhow::{Context as _, Result, ensure};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use drawbridge_desk::{App, Desk, FileManager, Screen};
use drawbridge_testkit::{Gate, Sample, mcp::Access};
use fantoccini::Locator;
use serde_json::json;

use crate::{accessible::look, story::Story};

/// A server that lets in everybody, with its tools in sight.
async fn at_the_tools() -> Result<Story> {
    let sample = Sample::start().await;
    sample.mcp.behave(|b| b.access = Access::Open);
    let story = Story::at(sample, Desk::start().await?, |app| app).await?;
    story.status("connected").await?;
    story.app.open_server(&story.server).await?;
    story.app.click("tab-tools").await?;
    story.app.see("tool-greet").await?;
    Ok(story)
}

async fn find_all(app: &App, selector: &str) -> Result<Vec<fantoccini::elements::Element>> {
    app.focus_main().await?;
    Ok(app.client().find_all(Locator::Css(selector)).await?)
}

/// Waits until so many runs are told of.
async fn runs(app: &App, count: usize) -> Result<()> {
    let so = "return document.querySelectorAll('[data-testid=try-past]').length === args[0]";
    app.wait_in_page_with(&format!("{count} runs"), so, &[json!(count)])
        .await?;
    Ok(())
}

/// Waits until a file is told of that is not this one; answers where it lies.
async fn written(app: &App, before: &str) -> Result<String> {
    let path = "const path = document.querySelector('[data-testid=written] code')?.innerText;
        return path !== args[0] && path";
    let before = [json!(before)];
    let told = app.wait_in_page_with("a file", path, &before).await?;
    Ok(told.as_str().unwrap_or_default().to_owned())
}

async fn choose(app: &App, id: &str, label: &str) -> Result<()> {
    app.see(id).await?.select_by_label(label).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_takes_one_of_several_kinds_and_one_of_several_values() -> Result<()> {
    let story = at_the_tools().await?;
    let app = &story.app;
    app.click("try-form").await?;
    app.fill("field-/text", "a line").await?;
    choose(app, "field-/colour", "blue").await?;
    // Not the whole number, but one of two words.
    app.see("kind-/size").await?.select_by_value("1").await?;
    choose(app, "field-/size", "large").await?;
    look(app, "try-form").await?;
    app.click("try-run").await?;
    let outcome = app.outcome().await?;
    ensure!(!outcome.failed, "{outcome:?}");
    let arguments = app.see_text("try-arguments", "a line").await?;
    let arguments: serde_json::Value = serde_json::from_str(&arguments)?;
    ensure!(arguments["size"] == "large", "{arguments}");
    ensure!(arguments["colour"] == "blue", "{arguments}");
    story.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_run_before_is_looked_at_again_and_run_again() -> Result<()> {
    let story = at_the_tools().await?;
    let app = &story.app;
    for name in ["Ada", "Grace"] {
        app.run_tool(&story.server, "greet", &json!({ "name": name }))
            .await?;
        app.see_text("try-result", name).await?;
    }
    runs(app, 2).await?;
    let summary = find_all(app, "[data-testid=try-history] summary").await?;
    summary.first().context("no history")?.click().await?;
    let past = find_all(app, "[data-testid=try-past]").await?;
    // The newest comes first.
    past[1].click().await?;
    app.see_text("try-result", "Hello, Ada").await?;
    look(app, "try-history").await?;

    ensure!(story.sample.mcp.calls().finished == 2);
    let again = find_all(app, "[data-testid=try-history] button.icon").await?;
    again
        .last()
        .context("no way to run it again")?
        .click()
        .await?;
    runs(app, 3).await?;
    let outcome = app.outcome().await?;
    ensure!(outcome.text.contains("Hello, Ada"), "{outcome:?}");
    ensure!(story.sample.mcp.calls().finished == 3);
    story.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_of_tools_is_read_again_when_the_person_says_so() -> Result<()> {
    let story = at_the_tools().await?;
    let app = &story.app;
    let gate = Gate::closed();
    let held = gate.clone();
    story
        .sample
        .mcp
        .behave(|b| b.method_gates.insert("tools/list".into(), held));
    app.click("refresh-tools").await?;
    gate.reached(1).await;
    app.see("stop-tools").await?;
    look(app, "tools-read-again").await?;
    gate.open();
    app.see_gone("stop-tools").await?;
    app.see("refresh-tools").await?;
    app.see("tool-greet").await?;
    story.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_kept_as_a_file_and_shown_where_it_lies() -> Result<()> {
    let story = at_the_tools().await?;
    let app = &story.app;
    app.run_tool(&story.server, "draw_bridge", &json!({}))
        .await?;
    app.click("save-answer").await?;
    let first = written(app, "").await?;
    ensure!(Path::new(&first).extension() == Some("png".as_ref()));
    let bytes = fs::read(&first)?;
    let source = "return document.querySelector('[data-testid=try-result] img')?.src";
    let source = app.wait_in_page("the picture", source).await?;
    let shown = source.as_str().and_then(|source| source.split_once(','));
    let (_, shown) = shown.context("no picture is shown")?;
    ensure!(BASE64_STANDARD.encode(&bytes) == shown);
    let mode = fs::metadata(&first)?.permissions().mode();
    ensure!(mode & 0o777 == 0o600, "its mode is {mode:o}");
    look(app, "answer-saved").await?;

    // Nobody shows folders here.
    app.click("show-written").await?;
    app.see_text("write-error", "Open your downloads").await?;
    let mut files = FileManager::start(&story.desk).await?;
    app.click("show-written").await?;
    app.see_gone("write-error").await?;
    let url = url::Url::from_file_path(&first).ok();
    let url = url.context("it is no whole path")?;
    ensure!(files.next().await? == [url.as_str()]);

    app.click("save-answer").await?;
    let second = written(app, &first).await?;
    ensure!(fs::read(&second)? == bytes);
    ensure!(Path::new(&first).exists(), "the first is gone");
    story.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_copied_as_it_is_shown() -> Result<()> {
    let story = at_the_tools().await?;
    let app = &story.app;
    app.run_tool(&story.server, "draw_bridge", &json!({}))
        .await?;
    app.click_until("copy-picture", "Copied").await?;
    look(app, "picture-copied").await?;
    let copied = Screen::of(&story.desk)?.copied("image/png")?;
    let alike = "const pixels = (picture) => {
            const { naturalWidth: width, naturalHeight: height } = picture;
            const canvas = Object.assign(document.createElement('canvas'), { width, height });
            canvas.getContext('2d').drawImage(picture, 0, 0);
            return canvas.toDataURL();
        };
        const [data, tell] = arguments;
        const shown = document.querySelector('[data-testid=try-result] img');
        const copied = new Image();
        copied.onload = () => tell(pixels(copied) === pixels(shown));
        copied.onerror = () => tell(false);
        copied.src = `data:image/png;base64,${data}`";
    let copied = json!(BASE64_STANDARD.encode(copied));
    let alike = app.client().execute_async(alike, vec![copied]).await?;
    ensure!(alike == true, "another picture was copied");
    story.end().await
}
