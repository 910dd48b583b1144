//! Why a command did not do what it was asked.

use drawbridge_engine::session::{AuthFailure, SessionError};
use drawbridge_engine::view::{ErrorView, Millis, ServerView};
use drawbridge_engine::{Clock, Error};
use serde::Serialize;

use crate::exit::{Exit, exit_of};
use crate::shape::Reauth;
use crate::words::{self, with_next_try};

/// A failure as it is told, in words or as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Failure {
    /// Stable, `snake_case`.
    pub(crate) code: String,
    /// What happened.
    pub(crate) message: String,
    /// What to do about it, where there is something.
    pub(crate) remedy: Option<String>,
    /// The id of the server that it is about, if it is about one.
    pub(crate) server: Option<String>,
    /// Of a server whose sign-in only the person can mend.
    pub(crate) reauth: Option<Box<Reauth>>,
    /// What to do about it before it is known which server that is done to.
    #[serde(skip)]
    unnamed: Option<Box<str>>,
}

impl Failure {
    /// A failure of this program's own.
    pub(crate) fn new(code: &str, message: &str, remedy: Option<&str>) -> Self {
        Self {
            code: code.to_owned(),
            message: message.to_owned(),
            remedy: remedy.map(str::to_owned),
            server: None,
            reauth: None,
            unnamed: remedy.map(Into::into),
        }
    }

    /// What was typed cannot be used.
    pub(crate) fn usage(message: &str) -> Self {
        Self::new("usage", message, Some("See drawbridge --help."))
    }

    /// Nothing that has a name.
    pub(crate) fn other(message: &str) -> Self {
        Self::new("other", message, None)
    }

    /// A failure that the engine has shown on the row of a server.
    pub(crate) fn shown(error: &ErrorView, server: &ServerView) -> Self {
        Self {
            code: error.code.clone(),
            message: error.message.clone(),
            remedy: words::remedy(&error.code, error.remedy.as_deref(), Some(&server.name)),
            server: Some(server.id.clone()),
            reauth: None,
            unnamed: error.remedy.clone().map(Into::into),
        }
    }

    /// The same, about this server.
    #[must_use]
    pub(crate) fn about(mut self, server: &ServerView) -> Self {
        self.remedy = words::remedy(&self.code, self.unnamed.as_deref(), Some(&server.name));
        self.server = Some(server.id.clone());
        self
    }

    /// The same, with when it is tried again, if that is not now.
    #[must_use]
    pub(crate) fn put_off_until(mut self, at: Millis) -> Self {
        self.message = with_next_try(&self.message, at, Clock::system().now());
        self
    }

    /// What the program ends with.
    pub(crate) fn exit(&self) -> Exit {
        exit_of(&self.code)
    }
}

impl From<ErrorView> for Failure {
    fn from(error: ErrorView) -> Self {
        Self {
            remedy: words::remedy(&error.code, error.remedy.as_deref(), None),
            code: error.code,
            message: error.message,
            server: None,
            reauth: None,
            unnamed: error.remedy.map(Into::into),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let server = match &error {
            Error::ReauthRequired { server, .. } => Some(server.to_string()),
            Error::DuplicateUrl { id, .. } => Some(id.to_string()),
            _ => None,
        };
        let name = match &error {
            Error::DuplicateUrl { name, .. } | Error::Disabled { name } => Some(name.as_str()),
            _ => None,
        };
        let reauth = match error {
            Error::ReauthRequired { reason, at, .. }
            | Error::Session(SessionError::Auth(AuthFailure::ReauthRequired { reason, at })) => {
                Some(Box::new(Reauth::new(reason, at)))
            }
            _ => None,
        };
        let ErrorView {
            code,
            message,
            remedy,
        } = error.view();
        let failure = Self {
            remedy: words::remedy(&code, remedy.as_deref(), name),
            code,
            message,
            server,
            reauth,
            unnamed: remedy.map(Into::into),
        };
        match error {
            Error::Session(SessionError::Auth(AuthFailure::Unavailable { retry_at, .. })) => {
                failure.put_off_until(retry_at)
            }
            _ => failure,
        }
    }
}

#[cfg(test)]
mod tests;
