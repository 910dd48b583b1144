//! Where the sign-in page would lead back to.

use drawbridge_oauth::{RedirectUri, ServerMetadata};

use super::report::{Check, Report};
use crate::core::Core;
use crate::sign_in::Rung;
use crate::store::ServerRow;
use crate::view::RedirectPin;

/// `by_hand` is the place of a client that the person registered.
pub(super) async fn judge(
    core: &Core,
    server: &ServerRow,
    metadata: &ServerMetadata,
    by_hand: Option<&RedirectUri>,
    report: &mut Report,
) {
    if server.signs_in_by_itself() {
        report.skip(
            Check::Redirect,
            "Nobody is sent anywhere: the client signs in itself.",
        );
        return;
    }
    let named = |rung: Rung| rung.origin().unwrap_or("the app's own address");
    let found = match (&server.sign_in.redirect, by_hand) {
        (RedirectPin::DeepLink, _) => "The app's own address, as you have set.".to_owned(),
        (RedirectPin::Loopback { port, path }, _) => {
            pinned(named(Rung::Loopback), *port, path.as_deref())
        }
        (RedirectPin::Localhost { port, path }, _) => {
            pinned(named(Rung::Localhost), *port, path.as_deref())
        }
        (RedirectPin::Auto, Some(by_hand)) => {
            let by_hand = by_hand.as_str();
            format!("{by_hand}, which your client has to be registered with.")
        }
        (RedirectPin::Auto, None) => {
            let took = core.store.redirect_of(metadata.issuer.as_str()).await;
            took.ok().flatten().map(named).map_or_else(
                || {
                    "The app's own address, http://127.0.0.1 or http://localhost: the first that \
                     it takes."
                        .to_owned()
                },
                |took| format!("{took}, which it took before."),
            )
        }
    };
    report.ok(Check::Redirect, found);
}

fn pinned(origin: &str, port: Option<u16>, path: Option<&str>) -> String {
    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
    format!(
        "{origin}{port}{}, as you have set.",
        path.unwrap_or_default()
    )
}
