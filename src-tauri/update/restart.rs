//! The program begins anew, as the version that is in its place now.

use std::sync::atomic::{AtomicBool, Ordering};

use tauri::{AppHandle, Env, Manager as _, Runtime};

use crate::{arguments::NOT_UPDATED, run};

/// Who begins the next program.
#[derive(Default)]
pub(crate) struct Successor {
    by_us: AtomicBool,
    by_installer: AtomicBool,
}

/// Ends the program as the person would; [`follows`] begins the next.
pub(crate) fn restart<R: Runtime>(app: &AppHandle<R>) {
    app.state::<Successor>()
        .by_us
        .store(true, Ordering::Relaxed);
    app.exit(0);
}

/// Windows starts the installer now, and ends the program there and then.
pub(super) fn leave_to_installer<R: Runtime>(app: &AppHandle<R>) {
    let successor = app.state::<Successor>();
    successor.by_installer.store(true, Ordering::Relaxed);
    run::farewell(app);
    app.cleanup_before_exit();
}

/// Whether the program was left to an installer: it can do nothing any more, and nobody sees it.
pub(super) fn is_left<R: Runtime>(app: &AppHandle<R>) -> bool {
    let successor = app.try_state::<Successor>();
    successor.is_some_and(|successor| successor.by_installer.load(Ordering::Relaxed))
}

/// Begins the next program, if one is to follow; the last thing that this one does.
pub(crate) fn follows<R: Runtime>(app: &AppHandle<R>) {
    if app.state::<Successor>().by_us.load(Ordering::Relaxed) {
        app.cleanup_before_exit();
        tauri::process::restart(&told(app.env(), is_left(app)));
    }
}

/// One that comes in the place of a newer version is told so.
fn told(mut environment: Env, not_updated: bool) -> Env {
    if not_updated {
        environment.args_os.push(NOT_UPDATED.into());
    }
    environment
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

    use super::{told, without_arguments};

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
        assert_eq!(told(app.env(), false).args_os, ["drawbridge-desktop"]);
        let instead = told(app.env(), true).args_os;
        assert_eq!(instead, ["drawbridge-desktop", "--not-updated"]);
    }
}
