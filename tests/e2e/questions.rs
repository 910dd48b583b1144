//! What a tool asks the person in the midst of its work.

use anyhow::{Result, ensure};
use drawbridge_desk::{App, Desk};
use drawbridge_testkit::Sample;
use serde_json::{Value, json};

use crate::{
    accessible::look,
    story::{Browser, Story},
};

/// Signed in at a server whose tool `book` asks this first, and the tool is run.
async fn asked(desk: Desk, question: Value) -> Result<Story> {
    let sample = Sample::start().await;
    sample.mcp.add_tool_that_asks("book", question);
    let story = Story::at(sample, desk, |app| app).await?;
    story.sign_in().await?;
    story
        .app
        .start_tool(&story.server, "book", &json!({}))
        .await?;
    Ok(story)
}

/// Answers what has been there for long enough to be read: a click that comes sooner is meant for something else.
async fn answer(app: &App, button: &str) -> Result<()> {
    let read = "args[0] ??= performance.now();
        return document.querySelector('[data-testid=question]') && performance.now() - args[0] > 500";
    app.see("question").await?;
    app.wait_in_page_with("the question to be read", read, &[Value::Null])
        .await?;
    app.click(button).await?;
    app.see_gone("question").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_filled_in_and_the_tool_goes_on() -> Result<()> {
    let question = json!({
        "mode": "form",
        "message": "There is a table at eight. For how many?",
        "requestedSchema": {
            "type": "object",
            "properties": {
                "people": { "type": "integer", "title": "People", "minimum": 2, "maximum": 12 },
                "seat": { "type": "string", "enum": ["window", "garden"], "default": "garden" },
            },
            "required": ["people"],
        },
    });
    let story = asked(Desk::start().await?, question).await?;
    let app = &story.app;
    app.see_text("question-message", "a table at eight").await?;
    look(app, "question-form").await?;
    app.fill("field-/people", "3").await?;
    answer(app, "question-accept").await?;
    let outcome = app.outcome().await?;
    ensure!(!outcome.failed, "{outcome:?}");
    for part in ["action accept", "people 3", "seat garden"] {
        ensure!(outcome.text.contains(part), "{outcome:?}");
    }
    story.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_opens_in_the_browser_when_the_person_agrees() -> Result<()> {
    let page = "https://pay.example/order/7?amount=20";
    let question = json!({
        "mode": "url", "message": "Pay first.", "url": page, "elicitationId": "e-1",
    });
    let desk = Desk::start().await?;
    let browser = Browser::install(&desk)?;
    let story = asked(desk, question).await?;
    let app = &story.app;
    app.see_text("question-page", page).await?;
    look(app, "question-page").await?;
    answer(app, "question-accept").await?;
    ensure!(browser.url().await? == page);
    let outcome = app.outcome().await?;
    ensure!(outcome.text.contains("accept"), "{outcome:?}");
    story.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_declines_gives_nothing_away_and_the_tool_hears_of_it() -> Result<()> {
    let question = json!({
        "mode": "form",
        "message": "On which name?",
        "requestedSchema": {
            "type": "object",
            "properties": { "name": { "type": "string" } },
            "required": ["name"],
        },
    });
    let story = asked(Desk::start().await?, question).await?;
    let app = &story.app;
    app.fill("field-/name", "Ada").await?;
    answer(app, "question-decline").await?;
    let outcome = app.outcome().await?;
    ensure!(outcome.text.contains("action decline"), "{outcome:?}");
    ensure!(!outcome.text.contains("Ada"), "{outcome:?}");
    story.end().await
}
