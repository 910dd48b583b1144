//! Why a text cannot be read at all.

/// Every such reason.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// There is nothing in it.
    #[error("There is nothing to import.")]
    Empty,
    /// It is longer than [`TEXT_LIMIT`](super::TEXT_LIMIT).
    #[error("The text is longer than 1 MiB.")]
    TooLong,
    /// A file is longer than [`FILE_LIMIT`](super::FILE_LIMIT).
    #[error("The file is larger than 16 MiB.")]
    FileTooLong,
    /// A file cannot be read.
    #[error("The file cannot be read: {why}.")]
    Unreadable {
        /// What the system says.
        why: String,
    },
    /// A file that was there is not any more.
    #[error("The file is no longer there.")]
    Gone,
    /// It is no JSON.
    #[error("This is no JSON (line {line}, column {column}): {what}.")]
    NotJson {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
        /// What is wrong there, without repeating the text.
        what: String,
    },
    /// It lists no servers.
    #[error("The text lists no servers.")]
    NoServers,
    /// It has more entries than [`ENTRY_LIMIT`](super::ENTRY_LIMIT).
    #[error("The text lists {count} servers; at most 1000 are read.")]
    TooMany {
        /// How many it has.
        count: usize,
    },
}

impl ImportError {
    /// A stable name for the case, never translated.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "import_empty",
            Self::TooLong => "import_too_long",
            Self::FileTooLong => "import_file_too_long",
            Self::Unreadable { .. } => "import_unreadable",
            Self::Gone => "import_gone",
            Self::NotJson { .. } => "import_not_json",
            Self::NoServers => "import_no_servers",
            Self::TooMany { .. } => "import_too_many",
        }
    }

    /// What the person can do about it.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Empty | Self::NoServers => {
                "Give the settings file of the other program, or the part with \"mcpServers\"."
            }
            Self::FileTooLong | Self::Unreadable { .. } | Self::Gone => {
                "Open it in its own program, and copy the list from there."
            }
            Self::TooLong | Self::TooMany { .. } => "Import it in several parts.",
            Self::NotJson { .. } => "Mend the text there, or copy it again as a whole.",
        }
    }
}
