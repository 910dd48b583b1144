//! The program begins anew, as the version that is in its place now.

use std::sync::atomic::{AtomicBool, Ordering};

use tauri::{AppHandle, Env, Manager as _, Runtime};

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
        tauri::process::restart(&app.env());
    }
}

/// What whoever starts the next program is told of this one: us, or the installer on Windows.
///
/// The person looks at the window: it does not come back behind the tray because it once began there,
/// nor with the callback that it once began with.
pub(crate) fn environment() -> Env {
    without_arguments(Env::default())
}

fn without_arguments(mut environment: Env) -> Env {
    environment.args_os.truncate(1);
    environment
}

#[cfg(test)]
mod tests {
    use tauri::{
        Env, Manager as _,
        test::{mock_builder, mock_context, noop_assets},
    };

    use super::without_arguments;

    #[test]
    fn the_next_program_begins_as_by_a_click_whoever_starts_it() {
        let mut environment = Env::default();
        environment.args_os = ["drawbridge-desktop", "--hidden"].map(Into::into).to_vec();
        let app = mock_builder()
            .manage(without_arguments(environment))
            .build(mock_context(noop_assets()))
            .unwrap();
        // What the updater's plugin asks, too.
        assert_eq!(app.env().args_os, ["drawbridge-desktop"]);
    }
}
