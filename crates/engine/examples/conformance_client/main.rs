//! The client that the official conformance suite of MCP drives: the engine, and a person who
//! does what the row asks for.
//!
//! The suite gives the server's URL as the last argument. What a person would know of that server
//! beforehand is in `MCP_CONFORMANCE_CONTEXT` (see `context`). It does the same in every scenario:
//! detect, add, connect, list, call. `docs/conformance.md` has the results.

#![expect(
    clippy::print_stderr,
    reason = "the suite keeps what is printed with the result"
)]

mod arguments;
mod context;
mod person;

use std::error::Error;
use std::process::ExitCode;

use drawbridge_engine::vault::VaultChoice;
use drawbridge_engine::view::{Event, QuestionAnswer};
use drawbridge_engine::{Clock, Engine, EngineOptions, Limits};
use serde_json::Map;

use self::context::Context;
use self::person::Person;

/// The client-id metadata document that the suite expects; nobody fetches it.
const METADATA_DOCUMENT: &str = "https://conformance-test.local/client-metadata.json";

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("✗ {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let url = std::env::args().next_back().ok_or("no URL was given")?;
    let context = Context::from_environment()?;
    let folder = tempfile::tempdir()?;
    let (screen, prompts) = person::Screen::watched();
    let engine = Engine::open(EngineOptions {
        data_dir: folder.path().to_owned(),
        vault: VaultChoice::NewFile(folder.path().join("drawbridge.key")),
        surface: screen,
        clock: Clock::system(),
        limits: Limits::default(),
    })
    .await?;
    engine.answers_questions();
    tokio::spawn(say_yes(engine.clone()));
    let mut preferences = engine.preferences();
    preferences.client_metadata_url = Some(METADATA_DOCUMENT.to_owned());
    engine.set_preferences(preferences).await?;

    let detection = engine.detect(&url).await?;
    eprintln!("detected: {:?} {:?}", detection.auth, detection.problem);
    let server = engine.add_server(context.server(&detection)).await?;
    let mut person = Person::new(engine.clone(), prompts, server.id.into());
    let done = use_tools(&engine, &mut person, &context).await;
    engine.shutdown().await;
    done
}

/// Says yes to every question, and leaves the form as it is.
async fn say_yes(engine: Engine) {
    let mut events = engine.events();
    while let Ok(event) = events.recv().await {
        if let Event::QuestionAsked { question } = event {
            eprintln!("asked: {}", question.message);
            let content = Map::new();
            let answered = engine.answer_question(&question.id, QuestionAnswer::Accept { content });
            if let Err(error) = answered {
                eprintln!("not answered: {error}");
            }
        }
    }
}

async fn use_tools(
    engine: &Engine,
    person: &mut Person,
    context: &Context,
) -> Result<(), Box<dyn Error>> {
    person.connect().await?;
    let tools = engine.tools(person.server()).await?;
    eprintln!("{} tools", tools.len());
    for call in context.calls(&tools) {
        person.call(&call).await?;
    }
    Ok(())
}
