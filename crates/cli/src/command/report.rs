//! `drawbridge report`: what is stored of a server and what happened to it; nobody is asked, no key is
//! opened.

use drawbridge_engine::view::ServerView;
use serde::Serialize;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::find::find;
use crate::output::Output;
use crate::place::Place;

#[derive(Serialize)]
struct Answer {
    server: String,
    report: String,
}

/// Prints the report of one server.
pub(crate) async fn report(typed: &str, place: &Place, output: &Output) -> Result<Exit, Failure> {
    let Some(catalogue) = place.catalogue().await? else {
        // Nothing is stored, so nothing is meant.
        return find(&[], typed).map(|_| Exit::Done);
    };
    let views: Vec<ServerView> = (catalogue.servers().await?.into_iter())
        .map(|stored| stored.server)
        .collect();
    let server = find(&views, typed)?;
    let report = catalogue.diagnostic_report(server).await?;
    let id = server.id.clone();
    catalogue.close().await;
    let answer = Answer { server: id, report };
    output.answer(&answer, || answer.report.trim_end().to_owned())?;
    Ok(Exit::Done)
}
