//! What a front end is shown: plain data without a secret, mirrored in TypeScript.

mod activity;
mod entry;
mod event;
mod import;
pub mod json_text;
mod preferences;
mod question;
mod registry;
mod sign_in;
mod tool;
mod vault;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub use activity::{Activity, Decision, Deed, DeedOutcome, Exchange, Fact, FactName};
pub use entry::{Detection, HeaderInput, NewServer, ServerChange};
pub use event::{Event, Snapshot};
pub use import::{
    FoundConfig, ImportEntry, ImportOutcome, ImportPick, ImportPreview, ImportResult, ImportSource,
};
pub use preferences::{
    DesktopPreferences, Language, Preferences, ProxyChoice, Theme, UpdateChecks,
};
pub use question::{QuestionAnswer, QuestionView, WantedView};
pub use registry::{
    RegistryHeader, RegistryInput, RegistryPage, RegistryRemote, RegistryServer, Transport,
};
pub use sign_in::{
    AuthorizeParameter, IssuerPair, IssuerTrust, RedirectPin, SecretChange, SignInFlow,
    SignInOptions, Surface,
};
pub use tool::{CallOutcome, ToolContent, ToolView};
pub use vault::{SetAside, VaultView};

/// Milliseconds since the Unix epoch.
pub type Millis = i64;

/// A failure as a person, a script or another program sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ErrorView {
    /// Stable, `snake_case`; never translated.
    pub code: String,
    /// One sentence that says what happened.
    pub message: String,
    /// One sentence that says what to do, where there is something to do.
    pub remedy: Option<String>,
}

/// How a server wants to know who calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, TS)]
#[serde(rename_all = "snake_case")]
#[sqlx(rename_all = "snake_case")]
#[ts(export)]
pub enum AuthKind {
    /// Nothing is asked for.
    None,
    /// Static headers that the person configured.
    Headers,
    /// OAuth 2.1, authorization code with PKCE.
    #[serde(rename = "oauth")]
    #[sqlx(rename = "oauth")]
    OAuth,
}

/// Whether Drawbridge may call the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(
    tag = "state",
    rename_all = "snake_case",
    rename_all_fields = "camelCase"
)]
#[ts(export)]
pub enum Authorization {
    /// The server asks for no sign-in.
    NotNeeded,
    /// There is no grant.
    SignedOut,
    /// A person is on the way through an attempt.
    SigningIn {
        /// How far the attempt is.
        step: SignInStep,
        /// When the attempt began.
        #[ts(type = "number")]
        since: Millis,
        /// Where its page is shown.
        surface: Surface,
    },
    /// There is a grant.
    SignedIn {
        /// When the access token ends, if the server said so.
        #[ts(type = "number | null")]
        expires_at: Option<Millis>,
        /// What was granted.
        scopes: Vec<String>,
        /// Who granted it.
        issuer: String,
        /// Whether Drawbridge can renew it without the person.
        renewable: bool,
        /// Scopes that the server asked for beyond these (rule G7); only the person can grant them.
        needs: Vec<String>,
        /// When the person signed in; a grant of an earlier version does not know.
        #[ts(type = "number | null")]
        signed_in_at: Option<Millis>,
        /// When Drawbridge renewed it last, if it has, and if that is known.
        #[ts(type = "number | null")]
        renewed_at: Option<Millis>,
        /// What the sign-in asked for, if that is known.
        asked: Option<Vec<String>>,
    },
    /// There was a grant, and only the person can mend it.
    ReauthRequired {
        /// Why.
        reason: ReauthReason,
        /// Since when.
        #[ts(type = "number")]
        at: Millis,
    },
}

/// How far an attempt is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum SignInStep {
    /// Discovery and registration.
    FindingOut,
    /// The sign-in page is open.
    WaitingForPerson,
    /// The code is being exchanged.
    Exchanging,
}

/// Why a grant is dead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, TS)]
#[serde(rename_all = "snake_case")]
#[sqlx(rename_all = "snake_case")]
#[ts(export)]
pub enum ReauthReason {
    /// The authorization server answered `invalid_grant`.
    InvalidGrant,
    /// The server refused a token that had just been issued.
    RejectedByServer,
    /// The token ended, and there is no refresh token.
    Expired,
    /// The authorization server refused the refresh without saying why.
    RefusedWithoutReason,
    /// The client registration is no longer accepted.
    ClientRejected,
    /// The answer to an earlier refresh was lost, and the issuer takes the token of then no more.
    Interrupted,
    /// The stored grant cannot be opened with the key in the keychain.
    Unreadable,
}

/// Whether there is an MCP session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(
    tag = "state",
    rename_all = "snake_case",
    rename_all_fields = "camelCase"
)]
#[ts(export)]
pub enum Connection {
    /// Nobody asked for one.
    Idle,
    /// One is being opened.
    Connecting,
    /// One is open.
    Connected {
        /// How many tools the server lists.
        tools: usize,
    },
    /// It was lost, or could not be opened; Drawbridge tries again by itself.
    Retrying {
        /// What went wrong the last time.
        error: ErrorView,
        /// When the next try begins.
        #[ts(type = "number")]
        at: Millis,
    },
    /// It failed, and trying again would not help.
    Failed {
        /// What went wrong.
        error: ErrorView,
    },
}

/// What the row says, derived from the two state machines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(
    tag = "kind",
    rename_all = "snake_case",
    rename_all_fields = "camelCase"
)]
#[ts(export)]
pub enum Status {
    /// Switched off by the person.
    Off,
    /// OAuth, and no grant.
    NotSignedIn,
    /// Discovery and registration.
    FindingOut,
    /// The sign-in page is open.
    WaitingForYou,
    /// Exchanging the code, or opening the first session after it.
    SigningIn,
    /// Opening a session with what is there.
    Connecting,
    /// A session is open.
    Connected {
        /// How many tools the server lists.
        tools: usize,
    },
    /// Nothing is wrong, and no session is open.
    Ready,
    /// `reauth_required`.
    SignInAgain,
    /// The grant works, and the server wants more for something (rule G7).
    MoreAccessNeeded,
    /// Network trouble; the grant is good.
    CantReach {
        /// When the next try begins.
        #[ts(type = "number")]
        retry_at: Millis,
    },
    /// The configured headers were refused.
    KeyRefused,
    /// Anything else; the view's `error` has the sentence.
    Failed,
}

/// The one action that is right for a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Action {
    /// Begin a sign-in or open a session.
    Connect,
    /// Sign in again.
    Reconnect,
    /// Stop what is under way.
    Cancel,
    /// Do not wait for the next try.
    RetryNow,
    /// Show which access is asked for, and sign in for it.
    Review,
    /// Open the server's settings.
    Edit,
    /// Show what went wrong.
    Details,
}

/// One server, whole: what an event carries and what the pane draws.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ServerView {
    /// Drawbridge's own id.
    pub id: String,
    /// Grows with every change in the whole program; a smaller one is out of date.
    #[ts(type = "number")]
    pub revision: u64,
    /// What the person calls it.
    pub name: String,
    /// Where it is: what was typed, with a scheme and without a fragment.
    pub url: String,
    /// The host of `url`, for display.
    pub host: String,
    /// What the person noted about it.
    pub description: String,
    /// Whether the person wants it used.
    pub enabled: bool,
    /// How long a request may take.
    pub timeout_seconds: u32,
    /// How the server wants to know who calls.
    pub auth: AuthKind,
    /// The names of the configured headers; their values are never shown.
    pub header_names: Vec<String>,
    /// What the person wants otherwise when signing in.
    pub sign_in: SignInOptions,
    /// The pair of issuers that was accepted, as people may see it.
    pub accepted_issuer: Option<IssuerPair>,
    /// A client secret is stored; it is never shown.
    pub has_client_secret: bool,
    /// A private key for `private_key_jwt` is stored; it is never shown.
    pub has_client_key: bool,
    /// The port of `http://127.0.0.1:{port}/callback` for a client that is registered by hand,
    /// unless the pin has another (rule R6).
    pub port_by_hand: u16,
    /// Where a client that is registered by hand comes back to, unless the redirect is pinned
    /// (rule R6).
    pub redirect_by_hand: String,
    /// Where the sign-in that is under way comes back to, or else the one that gave the grant did;
    /// of a client that needs no person there is none.
    pub redirect_uri: Option<String>,
    /// Who signed in, or had before that ended, where the authorization server says so.
    pub account: Option<String>,
    /// First state machine.
    pub authorization: Authorization,
    /// Second state machine.
    pub connection: Connection,
    /// Derived from the two.
    pub status: Status,
    /// Derived from the status.
    pub action: Option<Action>,
    /// Why the last thing the person asked for did not work, until the next try.
    pub error: Option<ErrorView>,
}
