//! What servers ask the person while their tools run.

use drawbridge_engine::view::QuestionAnswer;
use serde_json::Map;
use tauri::{
    AppHandle, Runtime, State, generate_handler,
    plugin::{Builder, TauriPlugin},
};

use crate::{browser, failure::Answer, opening::Opening};

pub(super) fn plugin<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("questions")
        .invoke_handler(generate_handler![answer, open_page])
        .build()
}

#[tauri::command]
async fn answer(opening: State<'_, Opening>, id: String, answer: QuestionAnswer) -> Answer<()> {
    Ok(opening.engine().await?.answer_question(&id, answer)?)
}

/// The person agrees to visit the page; the question stays open where there is no browser.
#[tauri::command]
async fn open_page<R: Runtime>(
    app: AppHandle<R>,
    opening: State<'_, Opening>,
    id: String,
) -> Answer<()> {
    let engine = opening.engine().await?;
    browser::open(&app, engine.question_page(&id)?.as_str())?;
    let content = Map::new();
    Ok(engine.answer_question(&id, QuestionAnswer::Accept { content })?)
}
