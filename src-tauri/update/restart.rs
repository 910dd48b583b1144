//! The program begins anew, as the version that is in its place now.

use std::{
    ffi::OsString,
    sync::atomic::{AtomicBool, Ordering},
};

use tauri::{AppHandle, Manager as _, Runtime};

/// Whether another program follows on this one.
#[derive(Default)]
pub(crate) struct Successor(AtomicBool);

/// Ends the program as the person would; [`follows`] begins the next.
pub(crate) fn restart<R: Runtime>(app: &AppHandle<R>) {
    app.state::<Successor>().0.store(true, Ordering::Relaxed);
    app.exit(0);
}

/// Begins the next program, if one is to follow; the last thing that this one does.
pub(crate) fn follows<R: Runtime>(app: &AppHandle<R>) {
    if app.state::<Successor>().0.load(Ordering::Relaxed) {
        app.cleanup_before_exit();
        let mut environment = app.env();
        environment.args_os = without_arguments(environment.args_os);
        tauri::process::restart(&environment);
    }
}

/// The person looks at the window: it does not come back behind the tray because it once began there,
/// nor with the callback that it once began with.
fn without_arguments(mut words: Vec<OsString>) -> Vec<OsString> {
    words.truncate(1);
    words
}

#[cfg(test)]
mod tests {
    use super::without_arguments;

    #[test]
    fn the_next_program_begins_as_by_a_click() {
        let words = ["drawbridge-desktop", "--hidden"].map(Into::into).to_vec();
        assert_eq!(without_arguments(words), ["drawbridge-desktop"]);
    }
}
