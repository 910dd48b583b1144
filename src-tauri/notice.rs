//! Desktop notifications.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tauri::{AppHandle, Manager as _, Runtime};
use tauri_plugin_notification::NotificationExt as _;

use crate::{
    preferences::Preferences,
    show,
    words::{Words, words},
};

/// What happens to many servers happens to them within this time: a laptop that wakes up, an
/// authorization server that forgot everybody.
const TOGETHER: Duration = Duration::from_secs(2);
/// So many are named; the others are counted.
const NAMED: usize = 3;

/// Names the server that a notification is about; one about several has no such thing.
const SERVER: &str = "server";

/// A click on a notification brings the person to what it is about.
pub(crate) fn listen<R: Runtime>(app: &AppHandle<R>) {
    let handle = app.clone();
    let listened = app.notification().on_action(move |action| {
        let about = action
            .notification()
            .and_then(|shown| shown.extra().get(SERVER));
        match about.and_then(|server| server.as_str()) {
            Some(server) => show::server(&handle, server),
            None => show::needing(&handle),
        }
    });
    if let Err(error) = listened {
        tracing::debug!("clicks on notifications are not told: {error}");
    }
}

/// A server, by its id and its name.
type Server = (String, String);

/// Servers that need a new sign-in, and are told of together. The engine says so once an episode, so
/// this is no storm (rule G9).
#[derive(Clone, Default)]
pub(crate) struct Gathering(Arc<Mutex<Vec<Server>>>);

impl Gathering {
    /// A grant needs the person; tells so in a moment, with whatever else does by then.
    pub(crate) fn sign_in_again<R: Runtime>(&self, app: &AppHandle<R>, id: &str, name: &str) {
        // Also if they are wanted again in a moment.
        if !wanted(app) || !self.add(id, name) {
            return;
        }
        let (all, app) = (self.clone(), app.clone());
        tauri::async_runtime::spawn(async move {
            tokio::time::sleep(TOGETHER).await;
            let servers = all.take();
            if let Some((title, body)) = told(&servers, words_of(&app)) {
                let about = match &servers[..] {
                    [(id, _)] => Some(id.as_str()),
                    _ => None,
                };
                notify(&app, title, &body, about);
            }
        });
    }

    /// Whether it is the first one.
    fn add(&self, id: &str, name: &str) -> bool {
        let mut servers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        servers.push((id.to_owned(), name.to_owned()));
        servers.len() == 1
    }

    fn take(&self) -> Vec<Server> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn told(servers: &[Server], words: &Words) -> Option<(String, String)> {
    match servers {
        [] => None,
        [(_, name)] => Some(((words.sign_in_again)(name), words.sign_in_lead.to_owned())),
        many => {
            let named = many.iter().take(NAMED).map(|(_, name)| name.as_str());
            let named = named.collect::<Vec<_>>().join(", ");
            Some((
                (words.many_sign_ins)(many.len()),
                (words.many_lead)(&named, many.len().saturating_sub(NAMED)),
            ))
        }
    }
}

/// A server wants more than the person gave; told once for each thing that it wants (rule G7).
pub(crate) fn more_access<R: Runtime>(app: &AppHandle<R>, id: &str, name: &str) {
    let words = words_of(app);
    let title = (words.more_access)(name);
    notify(app, title, words.more_access_lead, Some(id));
}

fn words_of<R: Runtime>(app: &AppHandle<R>) -> &'static Words {
    words(app.state::<Preferences>().now().language)
}

fn wanted<R: Runtime>(app: &AppHandle<R>) -> bool {
    app.state::<Preferences>().now().notifications
}

fn notify<R: Runtime>(app: &AppHandle<R>, title: String, body: &str, about: Option<&str>) {
    if !wanted(app) {
        return;
    }
    let mut notification = app.notification().builder().title(title).body(body);
    if let Some(server) = about {
        notification = notification.extra(SERVER, server);
    }
    if let Err(error) = notification.show() {
        tracing::warn!("no notification could be shown: {error}");
    }
}

#[cfg(test)]
mod tests {
    use drawbridge_engine::view::Language;
    use insta::assert_snapshot;

    use super::*;

    fn said(servers: &[&str], language: Language) -> String {
        let gathering = Gathering::default();
        let firsts = servers.iter().filter(|server| gathering.add("id", server));
        assert_eq!(firsts.count(), servers.len().min(1));
        let told = told(&gathering.take(), words(language));
        assert!(gathering.take().is_empty());
        told.map_or_else(
            || "nothing".to_owned(),
            |(title, body)| format!("{title}: {body}"),
        )
    }

    // rule: G9
    #[test]
    fn what_happens_to_many_servers_at_once_is_one_notification() {
        assert_snapshot!(said(&[], Language::En), @"nothing");
        assert_snapshot!(said(&["Linear"], Language::En), @"Sign in to Linear again: Drawbridge is no longer allowed to use it. Open Drawbridge to reconnect.");
        assert_snapshot!(said(&["Linear", "Notion"], Language::En), @"2 servers need you to sign in again: Linear, Notion. Open Drawbridge to reconnect.");
        assert_snapshot!(said(&["A", "B", "C", "D"], Language::En), @"4 servers need you to sign in again: A, B, C and one more. Open Drawbridge to reconnect.");
        assert_snapshot!(said(&["A", "B", "C", "D", "E"], Language::En), @"5 servers need you to sign in again: A, B, C and 2 more. Open Drawbridge to reconnect.");
        assert_snapshot!(said(&["A", "B", "C", "D"], Language::De), @"4 Server brauchen eine neue Anmeldung: A, B, C und noch einer. Öffne Drawbridge, um dich neu anzumelden.");
    }
}
