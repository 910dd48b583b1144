//! Why the registry says nothing.

/// Every such reason.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RegistryError {
    /// The query is longer than any name.
    #[error("The registry is searched for at most 200 characters.")]
    QueryTooLong,
    /// There is no way to it.
    #[error("The registry cannot be reached.")]
    Unreachable(#[source] drawbridge_oauth::Error),
    /// It takes too long.
    #[error("The registry did not answer in time.")]
    TimedOut,
    /// It answers with an error.
    #[error("The registry answered {status}.")]
    Refused {
        /// The HTTP status.
        status: u16,
    },
    /// Its answer is none that is known.
    #[error("The answer of the registry cannot be read.")]
    NotUnderstood,
    /// Its answer is larger than any that is known.
    #[error("The answer of the registry is too large.")]
    TooLarge,
}

impl RegistryError {
    /// A stable name for the case, never translated.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::QueryTooLong => "registry_query_too_long",
            Self::Unreachable(_) => "registry_unreachable",
            Self::TimedOut => "registry_timed_out",
            Self::Refused { .. } => "registry_refused",
            Self::NotUnderstood => "registry_not_understood",
            Self::TooLarge => "registry_too_large",
        }
    }

    /// What the person can do about it.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::QueryTooLong => "Search for a part of the name.",
            Self::Unreachable(_) => {
                "Check the network. A server whose address you know can be added without it."
            }
            Self::TimedOut | Self::Refused { .. } | Self::NotUnderstood | Self::TooLarge => {
                "Try again later. A server whose address you know can be added without it."
            }
        }
    }
}

impl From<drawbridge_oauth::Error> for RegistryError {
    fn from(error: drawbridge_oauth::Error) -> Self {
        match error {
            drawbridge_oauth::Error::TimedOut { .. } => Self::TimedOut,
            drawbridge_oauth::Error::TooLarge { .. } => Self::TooLarge,
            other => Self::Unreachable(other),
        }
    }
}
