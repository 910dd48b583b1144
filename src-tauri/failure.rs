//! How a command that failed answers.

use drawbridge_engine::view::ErrorView;
use serde::Serialize;

/// What a command rejects with: the engine's error as a person may see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Failure(ErrorView);

impl Failure {
    /// A failure of the shell itself.
    pub(crate) fn new(code: &str, message: &str, remedy: Option<&str>) -> Failure {
        Failure(ErrorView {
            code: code.to_owned(),
            message: message.to_owned(),
            remedy: remedy.map(str::to_owned),
        })
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.0.code
    }
}

impl From<drawbridge_engine::Error> for Failure {
    fn from(error: drawbridge_engine::Error) -> Failure {
        Failure(error.view())
    }
}

/// What a command answers.
pub(crate) type Answer<T> = Result<T, Failure>;
