//! Once a day, from when the person agrees until they do no more.

use std::time::Duration;

use drawbridge_engine::{
    Engine,
    view::{Event, UpdateChecks},
};
use tauri::{AppHandle, Manager as _, Runtime};
use tokio::{
    sync::broadcast::{Receiver, error::RecvError},
    time::{MissedTickBehavior, interval},
};

use super::{Updates, Way};
use crate::opening::Opening;

const DAY: Duration = Duration::from_hours(24);

/// Does what the preferences of this engine say, until it is gone.
pub fn check_daily<R: Runtime>(app: &AppHandle<R>, engine: &Engine) {
    let updates = app.state::<Updates<R>>().inner().clone();
    // What an engine before it had to say of that is over.
    updates.stop();
    if updates.source.way == Way::Itself {
        // Before the look, so that no change is missed.
        let events = engine.events();
        let wanted = engine.preferences().desktop.updates;
        tauri::async_runtime::spawn(rounds(updates, wanted, events));
    }
}

async fn rounds<R: Runtime>(
    updates: Updates<R>,
    mut wanted: UpdateChecks,
    mut events: Receiver<Event>,
) {
    let mut day = interval(DAY);
    day.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let now = tokio::select! {
            _ = day.tick(), if wanted == UpdateChecks::Daily => {
                // It was agreed to a moment ago; what else there is to say is in the log.
                let _ = updates.check().await;
                continue;
            }
            event = events.recv() => match event {
                Ok(Event::PreferencesChanged { preferences, .. }) => preferences.desktop.updates,
                Ok(_) => continue,
                Err(RecvError::Lagged(_)) => {
                    let engine = updates.app.state::<Opening>().engine_now();
                    engine.map_or(wanted, |engine| engine.preferences().desktop.updates)
                }
                Err(RecvError::Closed) => return,
            },
        };
        if now != wanted {
            wanted = now;
            day.reset_immediately();
            if wanted != UpdateChecks::Daily {
                updates.stop();
            }
        }
    }
}
