//! The two ways in which servers begin.

/// How a server speaks; remembered, so that it is asked once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Era {
    /// `initialize` first, and mostly a session id after it (up to 2025-11-25).
    Legacy,
    /// `server/discover`, and no session at all (from 2026-07-28).
    Modern,
}

impl Era {
    /// As it is stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Legacy => "legacy",
            Self::Modern => "modern",
        }
    }

    /// What was stored; nothing for a word that is not ours.
    #[must_use]
    pub fn parse(stored: &str) -> Option<Self> {
        [Self::Legacy, Self::Modern]
            .into_iter()
            .find(|era| era.as_str() == stored)
    }
}
