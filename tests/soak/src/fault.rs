//! What can go wrong at a server, and what a call may then end in.

/// Which of the two servers it befalls. Each of them suffers one fault at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Auth,
    Mcp,
}

/// One kind of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    /// The token endpoint answers 503.
    TokenBusy,
    /// It answers 429, and says how long to wait.
    TokenLimited,
    /// It answers with the page of a gateway, status 502.
    TokenGateway,
    /// It answers with the page of a portal, status 200.
    TokenPortal,
    /// Its answers break off in the middle; it has done nothing.
    TokenCut,
    /// It lets requests wait before it does anything.
    TokenSlow,
    /// It spends the refresh token at once, and lets its answer wait.
    TokenAnswerSlow,
    /// The authorization server is away.
    AuthAway,
    /// Access tokens that are in use end before their time.
    TokensEnded,
    /// The MCP server answers 503.
    McpBusy,
    /// Its answers break off in the middle.
    McpCut,
    /// It is away.
    McpAway,
    /// It forgets its sessions.
    SessionsForgotten,
}

use Fault::{
    AuthAway, McpAway, McpBusy, McpCut, SessionsForgotten, TokenAnswerSlow, TokenBusy, TokenCut,
    TokenGateway, TokenLimited, TokenPortal, TokenSlow, TokensEnded,
};

impl Fault {
    pub(crate) const ALL: [Self; 13] = [
        TokenBusy,
        TokenLimited,
        TokenGateway,
        TokenPortal,
        TokenCut,
        TokenSlow,
        TokenAnswerSlow,
        AuthAway,
        TokensEnded,
        McpBusy,
        McpCut,
        McpAway,
        SessionsForgotten,
    ];

    pub(crate) fn side(self) -> Side {
        match self {
            TokenBusy | TokenLimited | TokenGateway | TokenPortal | TokenCut | TokenSlow
            | TokenAnswerSlow | AuthAway | TokensEnded => Side::Auth,
            McpBusy | McpCut | McpAway | SessionsForgotten => Side::Mcp,
        }
    }

    /// Done in a moment, and not for a while.
    pub(crate) fn is_sudden(self) -> bool {
        matches!(self, TokensEnded | SessionsForgotten)
    }

    /// The codes of calls that it may make fail, while it lasts and as long as it is waited out.
    pub(crate) fn codes(self) -> &'static [&'static str] {
        match self {
            TokenBusy | TokenLimited | TokenGateway | TokenPortal | TokenCut | AuthAway => {
                &["sign_in_unavailable", "unreachable"]
            }
            McpBusy => &["http_status", "unreachable"],
            McpCut => &["interrupted", "unreachable"],
            McpAway => &["unreachable", "interrupted"],
            TokenSlow | TokenAnswerSlow | TokensEnded | SessionsForgotten => &[],
        }
    }

    /// The codes of calls that it may make fail because they were under way when it began.
    pub(crate) fn codes_under_way(self) -> &'static [&'static str] {
        match self {
            // Where the answer would have come in a session, it is waited for.
            McpAway => &["timed_out"],
            // The server ends what runs in a session together with it.
            SessionsForgotten => &["interrupted"],
            _ => &[],
        }
    }

    /// What it is called on the page.
    pub(crate) fn words(self) -> &'static str {
        match self {
            TokenBusy => "token endpoint: 503",
            TokenLimited => "token endpoint: 429 with `Retry-After`",
            TokenGateway => "token endpoint: a gateway's page, 502",
            TokenPortal => "token endpoint: a portal's page, 200",
            TokenCut => "token endpoint: answer breaks off",
            TokenSlow => "token endpoint: slow to begin",
            TokenAnswerSlow => "token endpoint: slow to answer, the old token spent",
            AuthAway => "authorization server away",
            TokensEnded => "access token ended early",
            McpBusy => "MCP server: 503",
            McpCut => "MCP server: answer breaks off",
            McpAway => "MCP server away",
            SessionsForgotten => "MCP sessions forgotten",
        }
    }
}
