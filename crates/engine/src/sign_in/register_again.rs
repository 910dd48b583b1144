//! When the sign-in page does not know Drawbridge any more: the server says so to the person alone,
//! so the person has to say it here (rule R8).

use std::sync::Arc;

use super::begin::{Registering, begin};
use crate::core::Core;
use crate::error::Error;
use crate::ids::ServerId;
use crate::view::SignInStep;

/// Drops the registration of the waiting attempt, and begins it anew where it was shown.
pub(crate) async fn register_again(core: &Arc<Core>, server: &ServerId) -> Result<(), Error> {
    core.server(server).await?;
    let live = core.live(server);
    // Whoever finds its row gone is not to end it meanwhile.
    let _settling = live.settling.lock().await;
    let row = core.server(server).await?;
    let attempt = live.state().attempt.clone();
    let attempt = attempt
        .filter(|attempt| attempt.step == SignInStep::WaitingForPerson)
        .ok_or(Error::NoSignIn)?;
    let registration = attempt.registration.as_ref().ok_or(Error::NoSignIn)?;
    core.store.retire_registration(registration).await?;
    // Superseded, or come back, while the row went.
    if !live.runs(&attempt.id) {
        return Err(Error::NoSignIn);
    }
    // Others at the same server are forgotten just as well.
    let anew = Registering {
        anew: true,
        surface: Some(attempt.surface),
        ..Registering::default()
    };
    begin(core, row, anew);
    Ok(())
}
