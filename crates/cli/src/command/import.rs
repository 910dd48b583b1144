//! `drawbridge import`

use std::fs;

use drawbridge_engine::view::{AuthKind, ErrorView, ImportEntry, ImportResult, ServerView};
use serde::Serialize;

use super::next_step::next_step;
use crate::arguments::ImportArguments;
use crate::exit::{Exit, exit_of};
use crate::failure::Failure;
use crate::output::Output;
use crate::place::{Place, close};
use crate::stdin;
use crate::text::line;
use crate::words::told;

#[derive(Serialize)]
struct Answer {
    dry_run: bool,
    entries: Vec<Entry>,
}

/// What became, or would become, of one entry.
#[derive(Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
enum Entry {
    /// It would be added.
    Ready {
        name: String,
        url: String,
        auth: Option<AuthKind>,
        enabled: bool,
        header_names: Vec<String>,
        needs_value: Vec<String>,
        existing: Option<String>,
        warnings: Vec<ErrorView>,
    },
    /// It is in the list now.
    Added {
        name: String,
        server: String,
        needs_value: Vec<String>,
        warnings: Vec<ErrorView>,
        #[serde(skip)]
        next: Option<String>,
    },
    /// It could not be added.
    Refused { name: String, error: ErrorView },
    /// It was not to be added.
    Skipped { name: String, reason: ErrorView },
}

/// Adds what the text lists, or says what that would be.
pub(crate) async fn import(
    arguments: &ImportArguments,
    place: &Place,
    output: &Output,
) -> Result<Exit, Failure> {
    let text = read(&arguments.file, output).await?;
    let engine = place.engine().await?;
    let entries: Result<Vec<Entry>, drawbridge_engine::Error> = async {
        Ok(if arguments.dry_run {
            let preview = engine.preview_import(&text).await?;
            preview.entries.into_iter().map(Entry::from).collect()
        } else {
            output.progress_if_live("Looking at the servers…");
            let outcome = engine.import(&text, None).await?;
            let servers = engine.snapshot().await?.servers;
            let added = outcome.entries.into_iter();
            added.map(|result| Entry::new(result, &servers)).collect()
        })
    }
    .await;
    output.settle();
    close(&engine).await;
    let entries = entries?;
    let refused = entries.iter().find_map(|entry| match entry {
        Entry::Refused { error, .. } => Some(exit_of(&error.code)),
        _ => None,
    });
    let lines: Vec<String> = entries.iter().map(words).collect();
    let dry_run = arguments.dry_run;
    output.answer(&Answer { dry_run, entries }, || lines.join("\n"))?;
    Ok(refused.unwrap_or(Exit::Done))
}

async fn read(file: &str, output: &Output) -> Result<String, Failure> {
    let read = if file == "-" {
        stdin::all("the list", output).await
    } else {
        fs::read_to_string(file)
    };
    read.map_err(|error| Failure::usage(&format!("{file} cannot be read: {error}.")))
}

impl From<ImportEntry> for Entry {
    fn from(entry: ImportEntry) -> Self {
        match entry {
            ImportEntry::Ready {
                name,
                url,
                auth,
                enabled,
                header_names,
                needs_value,
                existing,
                warnings,
            } => Self::Ready {
                name,
                url,
                auth,
                enabled,
                header_names,
                needs_value,
                existing,
                warnings: all_told(warnings),
            },
            ImportEntry::Skipped { name, reason } => Self::skipped(name, reason),
        }
    }
}

impl Entry {
    fn new(result: ImportResult, servers: &[ServerView]) -> Self {
        match result {
            ImportResult::Added {
                name,
                server,
                needs_value,
                warnings,
            } => {
                let view = servers.iter().find(|view| view.id == server);
                Self::Added {
                    next: view.and_then(|view| next_step(view, servers)),
                    name,
                    server,
                    needs_value,
                    warnings: all_told(warnings),
                }
            }
            ImportResult::Refused { name, error } => Self::Refused {
                name,
                error: told(error, None),
            },
            ImportResult::Skipped { name, reason } => Self::skipped(name, reason),
        }
    }

    fn skipped(name: String, reason: ErrorView) -> Self {
        Self::Skipped {
            name,
            reason: told(reason, None),
        }
    }
}

fn all_told(warnings: Vec<ErrorView>) -> Vec<ErrorView> {
    warnings.into_iter().map(|view| told(view, None)).collect()
}

fn words(entry: &Entry) -> String {
    match entry {
        Entry::Ready {
            name,
            existing: Some(existing),
            ..
        } => {
            let (name, existing) = (line(name), line(existing));
            format!("skip   {name}: {existing} already has this address.")
        }
        Entry::Ready {
            name,
            url,
            warnings,
            ..
        } => format!("add    {}  {}{}", line(name), line(url), notes(warnings)),
        Entry::Added {
            name,
            warnings,
            next,
            ..
        } => {
            let next = next.iter().map(|next| format!("\n       {next}"));
            let next: String = next.collect();
            format!("added  {}{}{next}", line(name), notes(warnings))
        }
        Entry::Refused { name, error } => {
            format!("failed {}: {}", line(name), line(&error.message))
        }
        Entry::Skipped { name, reason } => {
            format!("skip   {}: {}", line(name), line(&reason.message))
        }
    }
}

/// Each value that is missing is among the warnings.
fn notes(warnings: &[ErrorView]) -> String {
    let lines: Vec<String> = warnings
        .iter()
        .map(|warning| format!("\n       {}", line(&warning.message)))
        .collect();
    lines.concat()
}
