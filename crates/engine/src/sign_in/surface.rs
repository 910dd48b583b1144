//! What shows the sign-in page: a window of the app, a browser, or a test.

use drawbridge_oauth::{AuthorizationUrl, RedirectUri};

use crate::ids::{AttemptId, ServerId};
use crate::view::Surface;

/// Shows sign-in pages to the person.
///
/// Neither call may block; what comes back goes to [`crate::Engine::receive_callback`].
pub trait SignInSurface: Send + Sync {
    /// Shows the page of an attempt. Called once more, with [`Surface::Browser`], when the attempt
    /// is handed over: then its window may go.
    fn open(&self, prompt: SignInPrompt);

    /// The attempt is over, or its callback is here: its page may go.
    fn close(&self, attempt: &AttemptId);

    /// Whether it has windows of its own, beside the browser of the system.
    fn has_popup(&self) -> bool {
        true
    }

    /// Whether the custom scheme of the app leads back to it from a browser; its own windows catch what
    /// goes there.
    fn receives_deep_links(&self) -> bool {
        true
    }
}

/// A page to show.
#[derive(Debug, Clone)]
pub struct SignInPrompt {
    /// The attempt it belongs to.
    pub attempt: AttemptId,
    /// The server that is signed in to.
    pub server: ServerId,
    /// What the person calls that server.
    pub server_name: String,
    /// Where the page is. It holds `state`: show it, never log it.
    pub url: AuthorizationUrl,
    /// Where the person wants to see it.
    pub surface: Surface,
    /// Whether a popup keeps what the page stores, for this server alone.
    pub remember_page: bool,
    /// Where the authorization server will send the person back to. In a popup, a navigation to
    /// it is the callback; a browser finds the engine listening there, or the app by its scheme.
    pub redirect: RedirectUri,
    /// Whether the answer has to name its issuer (RFC 9207): then a code alone is none.
    pub iss_parameter_supported: bool,
}
