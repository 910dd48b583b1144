//! A package, fetched and checked.

use tauri_plugin_updater::Update;
use tokio::sync::Notify;

use super::{failure, job::End};

/// The largest package that is fetched, in bytes; ours have a tenth of that.
const LIMIT: usize = 500 * 1024 * 1024;

/// The whole package; its signature was checked. Each further percent is told.
pub(super) async fn whole(
    update: &Update,
    mut told: impl FnMut(Option<u8>),
) -> Result<Vec<u8>, End> {
    let enough = Notify::new();
    let (mut here, mut shown) = (0, None);
    let coming = update.download(
        |more, size| {
            here += more;
            let percent = percent(here, size);
            if here > LIMIT {
                enough.notify_one();
            } else if percent != shown {
                shown = percent;
                told(percent);
            }
        },
        || {},
    );
    tokio::select! {
        package = coming => Ok(package.map_err(failure::told)?),
        () = enough.notified() => Err(failure::too_large().into()),
    }
}

fn percent(here: usize, size: Option<u64>) -> Option<u8> {
    let size = size.filter(|size| *size > 0)?;
    let here = u64::try_from(here).ok()?;
    u8::try_from(here.saturating_mul(100) / size)
        .ok()
        .map(|percent| percent.min(100))
}
