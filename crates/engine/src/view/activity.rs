//! What happened to a server: the steps of its connections, and what came later.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{ErrorView, Millis};

/// One thing that happened, or is happening. Later news of the same `id` take its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Activity {
    /// Grows with time.
    pub id: String,
    /// The server.
    pub server: String,
    /// The connection that it is a step of; all steps of one share it.
    pub run: Option<String>,
    /// Whether that connection began with a sign-in.
    pub sign_in: bool,
    /// When it began.
    #[ts(type = "number")]
    pub at: Millis,
    /// How long it took, in milliseconds.
    #[ts(type = "number | null")]
    pub took: Option<u64>,
    /// What it is.
    pub what: Deed,
    /// How it went.
    pub outcome: DeedOutcome,
    /// What was decided over it.
    pub decided: Option<Decision>,
    /// What mattered in it.
    pub facts: Vec<Fact>,
    /// What was asked for it.
    pub asked: Vec<Exchange>,
    /// What went wrong.
    pub problem: Option<ErrorView>,
}

/// What can happen. The steps of a connection come first, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Deed {
    /// The first look at the server, without credentials (rule D1).
    Probe,
    /// What the server asks for in its answer (RFC 6750 §3).
    Challenge,
    /// The document about the protected resource (RFC 9728).
    ResourceMetadata,
    /// The document about the authorization server (RFC 8414).
    ServerMetadata,
    /// How Drawbridge becomes its client (rule R1).
    Registration,
    /// The sign-in page was opened.
    Page,
    /// The person is at the page, until its answer comes.
    Callback,
    /// The code, or the client's own credentials, are exchanged for tokens.
    Token,
    /// The MCP session is opened.
    Session,
    /// The tools are listed.
    Tools,
    /// A sign-in ended without a grant.
    SignInEnded,
    /// The next try is put off.
    Retry,
    /// An open session was lost.
    SessionLost,
    /// The grant was renewed, or was to be.
    Refresh,
    /// The grant is dead: only the person can mend it.
    ReauthRequired,
    /// The server asked for more access than was granted.
    MoreAccess,
    /// The person signed out.
    SignedOut,
    /// The tokens were given back (RFC 7009).
    Revocation,
    /// The server came into the list.
    Added,
    /// The person changed its settings.
    Changed,
    /// The server told of other tools.
    ToolsChanged,
    /// A tool was called.
    Call,
}

/// How it went; the words of a [`crate::doctor::Outcome`], and two more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum DeedOutcome {
    /// It is under way.
    Running,
    /// As it should.
    Ok,
    /// It works, and is worth knowing.
    Note,
    /// It failed.
    Problem,
    /// It was not needed.
    Skipped,
    /// It was stopped on the way.
    Stopped,
}

/// What Drawbridge concluded; what that is in words stands in `activity/words.rs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Decision {
    /// Detection asked the same a moment ago.
    FoundAMomentAgo,
    /// The server wants to know who calls.
    AsksWhoCalls,
    /// It answers everyone.
    AnswersEveryone,
    /// Its answer says nothing of a sign-in.
    Inconclusive,
    /// It names where its metadata is, or what may be asked for.
    ChallengeNames,
    /// It names nothing.
    ChallengeBare,
    /// A call met a challenge earlier; that one counts.
    ChallengeRemembered,
    /// Its metadata names who signs people in.
    ResourceFound,
    /// It publishes none, so the server itself is asked (rule A5).
    NoResource,
    /// The metadata is published and speaks of the right issuer.
    MetadataFound,
    /// What was read earlier is still fresh.
    MetadataKnown,
    /// The client id that the person typed in.
    ClientTypedIn,
    /// The client-id metadata document.
    ClientDocument,
    /// A new registration.
    ClientRegistered,
    /// The registration of an earlier sign-in.
    ClientKnown,
    /// The page shows in a window of the app.
    PageInWindow,
    /// The page shows in the browser.
    PageInBrowser,
    /// The page went on in the browser.
    PageHandedOver,
    /// State and issuer of the answer are right.
    AnswerIsRight,
    /// Another way for the client to prove itself is tried (rule R3).
    AnotherMethod,
    /// The token ends soon, or has ended.
    TokenEnds,
    /// The server refused the token.
    TokenRefused,
    /// The renewal is tried again later, and the grant is kept.
    GrantKept,
    /// Another session is opened at once.
    ReopenedAtOnce,
    /// Another try follows after a wait.
    TriedLater,
    /// Only the person can go on.
    PersonNeeded,
    /// The authorization server takes no tokens back.
    NotGivenBack,
    /// The tool itself says that it failed.
    ToolFailed,
}

/// One thing that mattered. Never a secret; foreign text is cut and cleaned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Fact {
    /// What it is.
    pub name: FactName,
    /// The value, in no language: an address, a number, names.
    pub value: String,
}

/// What a [`Fact`] tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum FactName {
    /// Where the server says that its metadata is.
    MetadataAt,
    /// The identifier of the protected resource.
    Resource,
    /// Who signs people in.
    Issuer,
    /// The host of the sign-in page.
    SignInAt,
    /// The host that gives tokens.
    TokensFrom,
    /// The scopes that are asked for.
    Asked,
    /// The scopes that were granted.
    Granted,
    /// How the client proves itself at the token endpoint.
    AuthMethod,
    /// Where the sign-in page leads back to.
    Redirect,
    /// How long the token lives, in seconds.
    Lifetime,
    /// Whether it can be renewed without the person: `yes` or `no`.
    Renewable,
    /// The era of MCP that the server speaks.
    Era,
    /// How many tools it lists.
    Tools,
    /// A code that says why: of what is tried later, or of a challenge. Earlier versions told it of calls, too.
    Reason,
    /// When the next try is, in milliseconds since the Unix epoch.
    NextTry,
    /// The tool.
    Tool,
    /// What was changed.
    Changed,
}

/// One request and its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Exchange {
    /// The method.
    pub method: String,
    /// Origin and path; never a query.
    pub place: String,
    /// The status; nothing where no answer came.
    pub status: Option<u16>,
    /// Until the head of the answer was here, in milliseconds.
    #[ts(type = "number")]
    pub took: u64,
}

#[cfg(test)]
impl Activity {
    pub(crate) fn of_a_test(number: u32, server: &str, sign_in: bool) -> Self {
        Self {
            id: format!("{number:04}"),
            server: server.to_owned(),
            run: None,
            sign_in,
            at: 0,
            took: None,
            what: Deed::Call,
            outcome: DeedOutcome::Ok,
            decided: None,
            facts: Vec::new(),
            asked: Vec::new(),
            problem: None,
        }
    }
}
