//! The order of the list, which the person decides.

use crate::core::Core;
use crate::error::Error;
use crate::ids::ServerId;
use crate::view::Event;

/// Moves a server; see [`Engine::move_server`](crate::Engine::move_server).
pub(crate) async fn move_server(core: &Core, id: &ServerId, to: usize) -> Result<(), Error> {
    if !core.store.move_server(id, to).await? {
        return Err(Error::UnknownServer);
    }
    publish_order(core).await
}

/// Tells the order, unless it was told like this. What came or went is told by itself.
pub(crate) async fn publish_order(core: &Core) -> Result<(), Error> {
    let _turn = core.events.turn().await;
    let now = core.store.order().await?;
    let order = || now.iter().map(ToString::to_string).collect();
    if core.events.note_order(order()) {
        core.events.send(Event::OrderChanged { order: order() });
    }
    Ok(())
}
