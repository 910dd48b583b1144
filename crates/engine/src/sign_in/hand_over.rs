//! From the popup to the browser of the system, in the same attempt.

use std::sync::Arc;

use super::begin::{Registering, begin};
use super::loopback::Listener;
use super::redirect::Place;
use super::surface::SignInPrompt;
use crate::activity::Story;
use crate::core::Core;
use crate::error::Error;
use crate::ids::AttemptId;
use crate::server::{Attempt, Live};
use crate::view::{Decision, Deed, SignInStep, Surface};

/// Shows the page of a waiting attempt in the browser.
pub(crate) async fn hand_over(core: &Arc<Core>, id: &AttemptId) -> Result<(), Error> {
    let server = core.server_of_attempt(id).ok_or(Error::NoSignIn)?;
    let live = core.live(&server);
    let attempt = live.state().attempt.clone();
    let attempt = attempt
        .filter(|attempt| attempt.id == *id)
        .ok_or(Error::NoSignIn)?;
    let prompt = waiting(&attempt).ok_or(Error::NoSignIn)?;
    let before = claim(&live, id).ok_or(Error::NoSignIn)?;
    let listener = match ear(core, before, &prompt).await {
        // Nobody would hear the answer: another redirect, so another page.
        Ok(Ear::Deaf) => {
            let row = core.server(&server).await?;
            let in_browser = Registering {
                surface: Some(Surface::Browser),
                ..Registering::default()
            };
            if live.runs(id) {
                begin(core, row, in_browser);
            }
            return Ok(());
        }
        Err(error) => {
            live.advance(id, |attempt| attempt.surface = before);
            return Err(error);
        }
        Ok(Ear::Listener(listener)) => Some(listener),
        Ok(Ear::There) => None,
    };
    let mut shown = None;
    live.advance(id, |attempt| {
        if let Some(mut prompt) = waiting(attempt) {
            prompt.surface = Surface::Browser;
            attempt.prompt = Some(prompt.clone());
            shown = Some(prompt);
        }
    });
    // Its callback came meanwhile, or it is over.
    let prompt = shown.ok_or(Error::NoSignIn)?;
    if let Some(listener) = listener {
        listener.serve(core, attempt.cancel.clone());
    }
    let story = Story::decided(Decision::PageHandedOver);
    core.journal.stepped(&server, Deed::Page, story);
    core.publish(&server).await;
    core.surface.open(prompt);
    if !live.runs(id) {
        core.surface.close(id);
    }
    Ok(())
}

/// The page, while the person is awaited.
fn waiting(attempt: &Attempt) -> Option<SignInPrompt> {
    let waits = attempt.step == SignInStep::WaitingForPerson;
    attempt.prompt.clone().filter(|_| waits)
}

/// Makes the attempt one of the browser, so that a second hand-over finds it done; says what it was.
fn claim(live: &Live, id: &AttemptId) -> Option<Surface> {
    let mut before = None;
    live.advance(id, |attempt| {
        before = Some(std::mem::replace(&mut attempt.surface, Surface::Browser));
    });
    before
}

/// What hears the answer of a browser.
enum Ear {
    /// It is there already: a listener of before, or the system, which brings links to the app.
    There,
    /// A listener for it.
    Listener(Listener),
    /// Nothing: the port is taken, or links lead somewhere else.
    Deaf,
}

async fn ear(core: &Core, before: Surface, prompt: &SignInPrompt) -> Result<Ear, Error> {
    if before == Surface::Browser {
        return Ok(Ear::There);
    }
    match Place::of(prompt.redirect.as_str()) {
        Some(Place { rung, port, path }) if rung.is_loopback() => {
            match Listener::bind(core, &prompt.server, rung, Some(port), &path).await {
                Err(Error::PortBusy { .. }) => Ok(Ear::Deaf),
                bound => bound.map(Ear::Listener),
            }
        }
        _ if core.surface.receives_deep_links() => Ok(Ear::There),
        _ => Ok(Ear::Deaf),
    }
}
