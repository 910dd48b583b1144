//! `drawbridge tools`

use std::pin::pin;

use drawbridge_engine::view::ToolView;
use drawbridge_engine::{ServerId, told_to_end};
use serde::Serialize;
use serde_json::Value;

use super::{named, session};
use crate::end::unless_told;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::place::{Place, close};
use crate::text::{line, table};

#[derive(Serialize)]
struct Answer {
    server: String,
    tools: Vec<Tool>,
}

#[derive(Serialize)]
struct Tool {
    name: String,
    title: Option<String>,
    description: Option<String>,
    input_schema: Value,
    read_only: bool,
    destructive: bool,
}

impl From<ToolView> for Tool {
    fn from(tool: ToolView) -> Self {
        Self {
            name: tool.name,
            title: tool.title,
            description: tool.description,
            input_schema: tool.input_schema,
            read_only: tool.read_only,
            destructive: tool.destructive,
        }
    }
}

/// Asks the server for its tools.
pub(crate) async fn tools(typed: &str, place: &Place, output: &Output) -> Result<Exit, Failure> {
    let mut told = pin!(told_to_end());
    let engine = unless_told(&mut told, place.engine()).await?;
    let listed = async {
        let server = named(&engine, typed).await?;
        let server = session::open(&engine, &server, output).await?;
        let tools = engine.tools(&ServerId::from(server.id.as_str())).await?;
        Ok((server.id, tools))
    };
    let listed = unless_told(&mut told, listed).await;
    close(&engine).await;
    let (server, tools) = listed?;
    let text = words(&tools);
    let tools = tools.into_iter().map(Tool::from).collect();
    output.answer(&Answer { server, tools }, || text)?;
    Ok(Exit::Done)
}

fn words(tools: &[ToolView]) -> String {
    if tools.is_empty() {
        return "It has no tools.".to_owned();
    }
    let rows: Vec<[String; 2]> = tools
        .iter()
        .map(|tool| {
            let words = tool.description.as_deref().or(tool.title.as_deref());
            [line(&tool.name), line(words.unwrap_or_default())]
        })
        .collect();
    table(&rows)
}
