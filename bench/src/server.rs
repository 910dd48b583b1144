//! What the sample servers are told, which run in a process of their own, and what they answer.

use serde::{Deserialize, Serialize};

/// The tool with the long answer.
pub const PAGE: &str = "page";
/// How long that answer is: 256 KiB.
pub const PAGE_BYTES: usize = 256 * 1024;

/// What to do.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Order {
    /// Access tokens that are issued from now on live so long.
    Life {
        /// In seconds.
        seconds: u64,
    },
    /// Every access token is refused from now on, before its time.
    Expire,
    /// The next request for a token is answered with 503.
    RefuseOnce,
    /// Every answer of the token endpoint takes so long from now on; 0 is as it was.
    SlowTokens {
        /// In milliseconds.
        millis: u64,
    },
    /// Both servers are [near](crate::distance::NEAR) from now on, and not on this computer.
    KeepAway,
    /// Token answers are held from now on, after the old refresh token is spent.
    Hold,
    /// Answers when one is held.
    Held,
    /// They are held no more.
    Release,
    /// A client that signs in without a person.
    Client,
    /// Counts from here.
    Reset,
    /// Says what was counted.
    Count,
}

/// What it answers.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "told", rename_all = "snake_case")]
pub enum Told {
    /// Both servers are there.
    Started {
        /// The MCP server's address.
        url: String,
        /// The authorization server's issuer.
        issuer: String,
    },
    /// It is so.
    Done,
    /// The client.
    Client {
        /// Its id.
        id: String,
        /// Its secret.
        secret: String,
    },
    /// What was seen.
    Counted(Counts),
}

/// What the servers saw since the last [`Order::Reset`].
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Counts {
    /// Refresh tokens exchanged, or tokens given anew to a client of its own.
    pub refreshes: usize,
    /// Uses of a spent refresh token.
    pub reuses: usize,
    /// Each request in a line.
    pub requests: Vec<String>,
}
