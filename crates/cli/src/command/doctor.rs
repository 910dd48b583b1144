//! `drawbridge doctor`

use std::pin::pin;

use drawbridge_engine::doctor::{Check, Checkup, Finding, Outcome};
use drawbridge_engine::view::ErrorView;
use drawbridge_engine::{ServerId, told_to_end};
use serde::Serialize;

use crate::end::{cancelled, unless_told};
use crate::exit::{Exit, exit_of};
use crate::failure::Failure;
use crate::find::{candidates, find, is_address};
use crate::output::Output;
use crate::place::{Place, close};
use crate::{text, words};

#[derive(Serialize)]
struct Answer {
    server: Option<String>,
    url: String,
    ok: bool,
    steps: Vec<Step>,
}

#[derive(Serialize)]
struct Step {
    check: Check,
    outcome: Outcome,
    found: String,
    problem: Option<ErrorView>,
}

/// Walks and tells; ends as a sign-in would have to.
pub(crate) async fn doctor(typed: &str, place: &Place, output: &Output) -> Result<Exit, Failure> {
    let mut told = pin!(told_to_end());
    let engine = unless_told(&mut told, place.engine()).await?;
    output.progress_if_live("Looking at the server…");
    let walk = async {
        let servers = engine.snapshot().await?.servers;
        match candidates(&servers, typed)? {
            Some(server) => {
                let id = ServerId::from(server.id.as_str());
                Ok((Some(server.clone()), engine.check_server(&id).await?))
            }
            None if is_address(typed) => Ok((None, engine.check_url(typed).await?)),
            None => Err(find(&servers, typed).err().unwrap_or_else(cancelled)),
        }
    };
    let walked = unless_told(&mut told, walk).await;
    output.settle();
    close(&engine).await;
    let (server, checkup) = walked?;
    let name = server.as_ref().map(|server| server.name.as_str());
    let answer = answer(
        checkup,
        server.as_ref().map(|server| server.id.clone()),
        name,
    );
    let problem = answer.steps.iter().find_map(|step| step.problem.as_ref());
    let exit = problem.map_or(Exit::Done, |problem| exit_of(&problem.code));
    output.answer(&answer, || report(&answer))?;
    Ok(exit)
}

fn answer(checkup: Checkup, server: Option<String>, name: Option<&str>) -> Answer {
    let ok = checkup.problem().is_none();
    let steps = checkup.steps.into_iter().map(|step| {
        let Finding {
            check,
            outcome,
            found,
            problem,
        } = step;
        let problem = problem.map(|problem| words::told(problem, name));
        Step {
            check,
            outcome,
            found,
            problem,
        }
    });
    Answer {
        server,
        ok,
        steps: steps.collect(),
        url: checkup.url,
    }
}

fn report(answer: &Answer) -> String {
    let mut lines = vec![text::line(&answer.url), String::new()];
    for step in &answer.steps {
        let mark = match step.outcome {
            Outcome::Ok => "ok     ",
            Outcome::Note => "note   ",
            Outcome::Problem => "PROBLEM",
            Outcome::Skipped => "-      ",
        };
        let what = what(step.check);
        lines.push(format!("{mark}  {what:22}  {}", text::line(&step.found)));
        if let Some(remedy) = step
            .problem
            .as_ref()
            .and_then(|problem| problem.remedy.as_ref())
        {
            lines.push(format!("{:31}  → {}", "", text::line(remedy)));
        }
    }
    lines.push(String::new());
    lines.push(if answer.ok {
        "Nothing stands in the way of a sign-in, as far as that shows without one.".to_owned()
    } else {
        "A sign-in would end at the problem.".to_owned()
    });
    lines.join("\n")
}

fn what(check: Check) -> &'static str {
    match check {
        Check::Reach => "Reachable",
        Check::Clock => "Clock",
        Check::Probe => "First request",
        Check::Challenge => "Challenge",
        Check::ResourceMetadata => "Resource metadata",
        Check::ServerMetadata => "Sign-in server",
        Check::Pkce => "PKCE",
        Check::Registration => "Registration",
        Check::Redirect => "Way back",
        Check::Scopes => "Scopes",
        Check::Revocation => "Revocation",
    }
}
