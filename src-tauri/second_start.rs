//! A second start: it hands over what it was asked for, and ends before it does anything.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tauri::{AppHandle, Manager as _, Runtime, plugin::TauriPlugin};
use tauri_plugin_single_instance::Builder;

use crate::{arguments, deep_link, main_window, start};

/// What second starts were given while the first was on its way itself; nothing is kept once it is there.
pub(crate) struct Early(Mutex<Option<Vec<Vec<String>>>>);

impl Default for Early {
    fn default() -> Self {
        Self(Mutex::new(Some(Vec::new())))
    }
}

impl Early {
    /// Keeps the arguments of a start; gives them back where the first is there.
    fn keep(&self, arguments: Vec<String>) -> Option<Vec<String>> {
        match self.lock().as_mut() {
            Some(kept) => {
                kept.push(arguments);
                None
            }
            None => Some(arguments),
        }
    }

    /// The first is there: what was kept is for it to do now.
    fn over(&self) -> Vec<Vec<String>> {
        self.lock().take().unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, Option<Vec<Vec<String>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Hands a second start over to the first.
pub(crate) fn plugin<R: Runtime>() -> TauriPlugin<R> {
    Builder::new()
        .callback(|app: &AppHandle<R>, arguments, _folder| {
            if let Some(arguments) = app.state::<Early>().keep(arguments) {
                obey(app, &arguments);
            }
        })
        .build()
}

/// Does what early ones asked for, and from now on what later ones do.
pub(crate) fn begin<R: Runtime>(app: &AppHandle<R>) {
    for arguments in app.state::<Early>().over() {
        obey(app, &arguments);
    }
}

fn obey<R: Runtime>(app: &AppHandle<R>, arguments: &[String]) {
    if arguments::asks_for_the_window(arguments) {
        main_window::focus(app);
    }
    deep_link::take(app, arguments::links(arguments));
    start::add_servers(app, arguments::servers_to_add(arguments));
}

#[cfg(test)]
mod tests {
    use super::Early;

    #[test]
    fn what_comes_early_is_kept_and_what_comes_later_is_done_at_once() {
        let early = Early::default();
        assert_eq!(early.keep(vec!["one".into()]), None);
        assert_eq!(early.keep(vec!["two".into()]), None);
        assert_eq!(early.over(), [["one"], ["two"]]);
        assert_eq!(early.keep(vec!["three".into()]).unwrap(), ["three"]);
        assert!(early.over().is_empty());
    }
}
