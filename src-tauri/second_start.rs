//! A second start: it hands over what it was asked for, and ends before it does anything.

use std::{
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

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

/// Finds the first start on the same data, as far as the system tells them apart: on Linux.
#[cfg_attr(
    not(target_os = "linux"),
    expect(unused_variables, reason = "elsewhere there is one name for all")
)]
pub(crate) fn plugin<R: Runtime>(data_folder: Option<&Path>) -> TauriPlugin<R> {
    let plugin = Builder::new().callback(|app: &AppHandle<R>, arguments, _folder| {
        if let Some(arguments) = app.state::<Early>().keep(arguments) {
            obey(app, &arguments);
        }
    });
    #[cfg(target_os = "linux")]
    let plugin = match data_folder {
        Some(folder) => plugin.dbus_id(own_name::of(folder)),
        None => plugin,
    };
    plugin.build()
}

/// Does what early ones asked for, and from now on what later ones do.
pub(crate) fn begin<R: Runtime>(app: &AppHandle<R>) {
    for arguments in app.state::<Early>().over() {
        obey(app, &arguments);
    }
}

/// This one ends: whoever starts from now on is the first, and finds nobody who could do nothing any more.
pub(crate) fn end<R: Runtime>(app: &AppHandle<R>) {
    tauri_plugin_single_instance::destroy(app);
}

fn obey<R: Runtime>(app: &AppHandle<R>, arguments: &[String]) {
    if arguments::asks_for_the_window(arguments) {
        main_window::focus(app);
    }
    deep_link::take(app, arguments::links(arguments));
    start::add_servers(app, arguments::servers_to_add(arguments));
}

#[cfg(target_os = "linux")]
mod own_name {
    use std::{
        hash::{DefaultHasher, Hash as _, Hasher as _},
        path::{self, Path, PathBuf},
    };

    use drawbridge_engine::IDENTIFIER;

    /// The name of a copy on other data: the same for all starts on the same folder.
    pub(super) fn of(data_folder: &Path) -> String {
        let mut hasher = DefaultHasher::new();
        real(data_folder).hash(&mut hasher);
        format!("{IDENTIFIER}.copy_{:016x}", hasher.finish())
    }

    /// However it is written, and whether it is there yet or not.
    fn real(folder: &Path) -> PathBuf {
        let folder = path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        let found = folder.ancestors().find_map(|above| {
            let rest = folder.strip_prefix(above).ok()?;
            Some(above.canonicalize().ok()?.join(rest))
        });
        found.unwrap_or(folder)
    }

    #[cfg(test)]
    mod tests {
        use std::{fs, os::unix::fs::symlink};

        use super::of;

        #[test]
        fn all_starts_on_one_folder_have_one_name_and_others_have_another() {
            let place = tempfile::tempdir().unwrap();
            let (real, link) = (place.path().join("real"), place.path().join("link"));
            fs::create_dir(&real).unwrap();
            symlink(&real, &link).unwrap();
            let data = link.join("data");
            let before = of(&data);
            fs::create_dir(&data).unwrap();
            assert_eq!(of(&data), before, "it is there now");
            assert_eq!(of(&real.join("./data/")), before);
            assert_ne!(of(&real), before);
        }
    }
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
