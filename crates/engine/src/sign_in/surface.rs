//! What shows the sign-in page: a window of the app, a browser, or a test.

use drawbridge_oauth::AuthorizationUrl;

use crate::ids::{AttemptId, ServerId};

/// Shows sign-in pages to the person.
///
/// Neither call may block; what comes back goes to [`crate::Engine::receive_callback`].
pub trait SignInSurface: Send + Sync {
    /// Shows the page of an attempt.
    fn open(&self, prompt: SignInPrompt);

    /// The attempt is over, or its callback is here: its page may go.
    fn close(&self, attempt: &AttemptId);
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
}
