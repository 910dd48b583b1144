//! More access than was granted: noted, told once, asked for when the person says so (rule G7).

use std::collections::BTreeMap;
use std::sync::Arc;

use drawbridge_oauth::{Scopes, ServerMetadata, without_unlisted_offline};
use serde::{Deserialize, Serialize};

use super::unusable::{unread, usable};
use crate::activity::Story;
use crate::core::Core;
use crate::error::Error;
use crate::ids::ServerId;
use crate::server::shown_scopes;
use crate::session::AuthFailure;
use crate::store::GrantRow;
use crate::view::{Decision, Deed, Event, FactName};

/// So many sign-ins that asked for a scope and did not get it are an answer.
const MOST_TRIES: u32 = 3;
/// Others may write the grant at the same time; each round, one of them gets through.
const ROUNDS: usize = 8;

/// How often each scope was asked for and not given, in whichever process. A scope that is given is forgotten.
#[derive(Debug, Default, Serialize, Deserialize)]
struct StepUps(BTreeMap<String, u32>);

impl StepUps {
    /// What stands beside the grant. What cannot be read is as if nothing had been tried.
    fn beside(row: &GrantRow) -> Self {
        let stored = row.step_ups.as_deref();
        let read = stored.and_then(|stored| serde_json::from_str(stored).ok());
        read.unwrap_or_default()
    }

    fn to_be_stored(&self) -> Option<String> {
        let any = (!self.0.is_empty()).then_some(self);
        any.and_then(|all| serde_json::to_string(all).ok())
    }

    fn is_hopeless(&self, scopes: &Scopes) -> bool {
        let tries = |scope: &String| self.0.get(scope).copied().unwrap_or_default();
        // A server that asks for other words each time brings no page for ever.
        let fits = self.0.keys().collect::<Scopes>().union(scopes).fits();
        !fits || (scopes.as_slice().iter()).any(|scope| tries(scope) >= MOST_TRIES)
    }

    fn count(&mut self, missing: &Scopes, given: &Scopes) {
        self.0.retain(|scope, _| !given.contains(scope));
        for scope in missing.as_slice() {
            *self.0.entry(scope.clone()).or_default() += 1;
        }
    }
}

/// The server refused a good token, because it wants more than it gives. To its end, whoever goes
/// away meanwhile.
pub(super) async fn insufficient(
    core: &Arc<Core>,
    server: &ServerId,
    challenged: Scopes,
) -> AuthFailure {
    let task = core.tasks.spawn({
        let (core, server, challenged) = (core.clone(), server.clone(), challenged.clone());
        async move { note(&core, &server, &challenged).await }
    });
    task.await
        .unwrap_or(AuthFailure::InsufficientScope { needed: challenged })
}

async fn note(core: &Core, server: &ServerId, challenged: &Scopes) -> AuthFailure {
    let needed = challenged.clone();
    for _ in 0..ROUNDS {
        let row = match usable(core, server).await {
            Ok(row) => row,
            Err(failure) => return failure,
        };
        // Whether a refresh token is asked for is for the authorization server's list to say.
        let missing = challenged.access().without(&Scopes::parse(&row.scopes));
        // Signing in once more would bring the same again.
        if missing.is_empty() || StepUps::beside(&row).is_hopeless(&missing) {
            return AuthFailure::InsufficientScope { needed };
        }
        let known = Scopes::parse(row.needed_scopes.as_deref().unwrap_or_default());
        let all = known.union(&missing);
        if all == known {
            return AuthFailure::MoreAccessNeeded { needed };
        }
        // A server that asks for other words each time would get no sign-in page for all of them.
        if !all.fits() {
            return AuthFailure::InsufficientScope { needed };
        }
        let live = core.live(server);
        // Whoever looks at what others did takes this for their doing before it is noted.
        let settling = live.settling.lock().await;
        let noted = core.store.need_scopes(&row, &all.to_string()).await;
        if let Ok(true) = noted {
            live.state().told_needs = all;
        }
        drop(settling);
        match noted {
            Ok(true) => {
                tell(core, server, &missing).await;
                return AuthFailure::MoreAccessNeeded { needed };
            }
            Ok(false) => {}
            Err(error) => return unread(core, server, &error),
        }
    }
    AuthFailure::MoreAccessNeeded { needed }
}

async fn tell(core: &Core, server: &ServerId, missing: &Scopes) {
    tracing::info!(%server, "server {server} wants more access than it was given");
    let mut story = Story::decided(Decision::PersonNeeded).note();
    story.scopes(FactName::Asked, missing);
    core.journal.happened(server, Deed::MoreAccess, story);
    core.publish(server).await;
    notify(core, server, missing).await;
}

/// The same of what another process was asked for, which tells the rest itself. The caller holds
/// `settling`.
pub(crate) async fn tell_need_elsewhere(
    core: &Core,
    server: &ServerId,
    before: Option<&str>,
    now: Option<&str>,
) {
    let read = |scopes: Option<&str>| Scopes::parse(scopes.unwrap_or_default());
    let now = read(now);
    let told = std::mem::replace(&mut core.live(server).state().told_needs, now.clone());
    let missing = now.without(&read(before)).without(&told);
    if !missing.is_empty() {
        notify(core, server, &missing).await;
    }
}

async fn notify(core: &Core, server: &ServerId, missing: &Scopes) {
    let name = core.server(server).await.map(|row| row.name);
    core.events.send(Event::MoreAccessNeeded {
        id: server.to_string(),
        name: name.unwrap_or_default(),
        scopes: shown_scopes(missing),
        at: core.clock.now(),
    });
}

/// What was found missing, and the next sign-in is to bring.
pub(crate) async fn needed(core: &Core, server: &ServerId) -> Result<Scopes, Error> {
    let row = core.store.grant(server).await?;
    let needed = row.and_then(|row| row.needed_scopes);
    Ok(Scopes::parse(needed.as_deref().unwrap_or_default()))
}

/// What a sign-in asks for: with what it would ask for anyway, all that was granted and all that was
/// found missing. The person's own scopes are no limit here, since the person has said yes to more.
pub(crate) async fn widened(
    core: &Core,
    server: &ServerId,
    scopes: Scopes,
    metadata: &ServerMetadata,
) -> Result<Scopes, Error> {
    let Some(row) = core.store.grant(server).await? else {
        return Ok(scopes);
    };
    let Some(needed) = &row.needed_scopes else {
        return Ok(scopes);
    };
    let more = Scopes::parse(&row.scopes).union(&Scopes::parse(needed));
    let more = without_unlisted_offline(more, metadata);
    Ok(scopes.union(&more).cut())
}

/// The authorization server does not know something that was asked for: where that may be what the
/// server wants, it was tried, and stands in the way of no other sign-in.
pub(crate) async fn not_known(core: &Core, server: &ServerId, asked: &Scopes) {
    if let Err(error) = core.store.forget_challenged_scope(server).await {
        tracing::warn!(%server, %error, "what server {server} asks for was not forgotten");
    }
    if let Err(error) = count_not_known(core, server, asked).await {
        tracing::warn!(%server, %error, "what server {server} wants was not forgotten");
    }
}

async fn count_not_known(
    core: &Core,
    server: &ServerId,
    asked: &Scopes,
) -> Result<(), sqlx::Error> {
    for _ in 0..ROUNDS {
        let Some(row) = core.store.grant(server).await? else {
            return Ok(());
        };
        let needed = Scopes::parse(row.needed_scopes.as_deref().unwrap_or_default());
        let missing = needed.without(&needed.without(asked));
        if missing.is_empty() {
            return Ok(());
        }
        let mut step_ups = StepUps::beside(&row);
        step_ups.count(&missing, &Scopes::default());
        let stored = step_ups.to_be_stored();
        if core.store.give_up_scopes(&row, stored.as_deref()).await? {
            let live = core.live(server);
            let mut state = live.state();
            state.not_given = state.not_given.union(&missing);
            return Ok(());
        }
    }
    Ok(())
}

/// What a new grant leaves to be wished for.
#[derive(Default)]
pub(super) struct Outcome {
    /// What the next sign-in is to bring.
    pub(super) needed: Option<String>,
    /// How often that was tried, whoever did.
    pub(super) step_ups: Option<String>,
    /// What the sign-ins of this process did not give.
    pub(super) not_given: Scopes,
}

pub(super) async fn outcome(
    core: &Core,
    server: &ServerId,
    given: &Scopes,
) -> Result<Outcome, Error> {
    let Some(earlier) = core.store.grant(server).await? else {
        return Ok(Outcome::default());
    };
    let asked = Scopes::parse(earlier.needed_scopes.as_deref().unwrap_or_default());
    let missing = asked.without(given);
    let mut step_ups = StepUps::beside(&earlier);
    step_ups.count(&missing, given);
    let hopeful = !missing.is_empty() && !step_ups.is_hopeless(&missing);
    let not_given = core.live(server).state().not_given.union(&missing);
    Ok(Outcome {
        needed: hopeful.then(|| missing.to_string()),
        step_ups: step_ups.to_be_stored(),
        not_given: not_given.without(given),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tried(list: &str, times: u32) -> StepUps {
        let mut step_ups = StepUps::default();
        for _ in 0..times {
            step_ups.count(&Scopes::parse(list), &Scopes::default());
        }
        step_ups
    }

    // rule: G7
    #[test]
    fn what_was_tried_three_times_is_tried_no_more_until_it_is_given() {
        let mut step_ups = tried("admin write", MOST_TRIES - 1);
        let both = Scopes::parse("admin write");
        assert!(!step_ups.is_hopeless(&both));
        step_ups.count(&both, &Scopes::parse("write"));
        assert!(step_ups.is_hopeless(&both));
        assert!(!step_ups.is_hopeless(&Scopes::parse("write")));
        step_ups.count(&Scopes::default(), &both);
        assert_eq!(step_ups.to_be_stored(), None);
    }

    // rule: G7
    #[test]
    fn ever_new_words_come_to_an_end() {
        let long = |letter: &str| letter.repeat(2_000);
        let step_ups = tried(&format!("{} {}", long("a"), long("b")), 1);
        assert!(!step_ups.is_hopeless(&Scopes::parse("admin")));
        assert!(step_ups.is_hopeless(&Scopes::parse(&long("c"))));
    }
}
