//! Desktop notifications.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tauri::{AppHandle, Runtime};
use tauri_plugin_notification::NotificationExt as _;

use crate::main_window;

/// What happens to many servers happens to them within this time: a laptop that wakes up, an
/// authorization server that forgot everybody.
const TOGETHER: Duration = Duration::from_secs(2);
/// So many are named; the others are counted.
const NAMED: usize = 3;

/// A click on a notification brings the main window to the front.
pub(crate) fn listen<R: Runtime>(app: &AppHandle<R>) {
    let handle = app.clone();
    if let Err(error) = app
        .notification()
        .on_action(move |_| main_window::focus(&handle))
    {
        tracing::debug!("clicks on notifications are not told: {error}");
    }
}

/// Servers that need a new sign-in, and are told of together. The engine says so once an episode, so
/// this is no storm (rule G9).
#[derive(Clone, Default)]
pub(crate) struct Gathering(Arc<Mutex<Vec<String>>>);

impl Gathering {
    /// A grant needs the person; tells so in a moment, with whatever else does by then.
    pub(crate) fn sign_in_again<R: Runtime>(&self, app: &AppHandle<R>, server: &str) {
        if !self.add(server) {
            return;
        }
        let (all, app) = (self.clone(), app.clone());
        tauri::async_runtime::spawn(async move {
            tokio::time::sleep(TOGETHER).await;
            if let Some((title, body)) = words(&all.take()) {
                show(&app, title, &body);
            }
        });
    }

    /// Whether it is the first one.
    fn add(&self, server: &str) -> bool {
        let mut servers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        servers.push(server.to_owned());
        servers.len() == 1
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn words(servers: &[String]) -> Option<(String, String)> {
    match servers {
        [] => None,
        [one] => Some((
            format!("Sign in to {one} again"),
            "Drawbridge is no longer allowed to use it. Open Drawbridge to reconnect.".to_owned(),
        )),
        many => {
            let named = many[..many.len().min(NAMED)].join(", ");
            let others = match many.len().saturating_sub(NAMED) {
                0 => String::new(),
                1 => " and one more".to_owned(),
                more => format!(" and {more} more"),
            };
            Some((
                format!("{} servers need you to sign in again", many.len()),
                format!("{named}{others}. Open Drawbridge to reconnect."),
            ))
        }
    }
}

/// A server wants more than the person gave; told once for each thing that it wants (rule G7).
pub(crate) fn more_access<R: Runtime>(app: &AppHandle<R>, server: &str) {
    show(
        app,
        format!("{server} asks for more access"),
        "A tool needs it. Open Drawbridge to review what it asks for.",
    );
}

fn show<R: Runtime>(app: &AppHandle<R>, title: String, body: &str) {
    let shown = app.notification().builder().title(title).body(body).show();
    if let Err(error) = shown {
        tracing::warn!("no notification could be shown: {error}");
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    fn told(servers: &[&str]) -> String {
        let gathering = Gathering::default();
        let firsts = servers.iter().filter(|server| gathering.add(server));
        assert_eq!(firsts.count(), servers.len().min(1));
        let told = words(&gathering.take());
        assert!(gathering.take().is_empty());
        told.map_or_else(
            || "nothing".to_owned(),
            |(title, body)| format!("{title}: {body}"),
        )
    }

    // rule: G9
    #[test]
    fn what_happens_to_many_servers_at_once_is_one_notification() {
        assert_snapshot!(told(&[]), @"nothing");
        assert_snapshot!(told(&["Linear"]), @"Sign in to Linear again: Drawbridge is no longer allowed to use it. Open Drawbridge to reconnect.");
        assert_snapshot!(told(&["Linear", "Notion"]), @"2 servers need you to sign in again: Linear, Notion. Open Drawbridge to reconnect.");
        assert_snapshot!(told(&["A", "B", "C", "D"]), @"4 servers need you to sign in again: A, B, C and one more. Open Drawbridge to reconnect.");
        assert_snapshot!(told(&["A", "B", "C", "D", "E"]), @"5 servers need you to sign in again: A, B, C and 2 more. Open Drawbridge to reconnect.");
    }
}
