//! What a front end is shown: plain data without a secret, mirrored in TypeScript.

mod activity;
mod import;
mod preferences;
mod question;
mod registry;
mod sign_in;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub use activity::{Activity, Decision, Deed, DeedOutcome, Exchange, Fact, FactName};
pub use import::{
    FoundConfig, ImportEntry, ImportOutcome, ImportPick, ImportPreview, ImportResult, ImportSource,
};
pub use preferences::{DesktopPreferences, Language, Preferences, ProxyChoice, Theme};
pub use question::{QuestionAnswer, QuestionView, WantedView};
pub use registry::{
    RegistryHeader, RegistryInput, RegistryPage, RegistryRemote, RegistryServer, Transport,
};
pub use sign_in::{
    AuthorizeParameter, IssuerTrust, RedirectPin, SecretChange, SignInFlow, SignInOptions, Surface,
};

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
    /// Where it is, as it was typed.
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
    /// A client secret is stored; it is never shown.
    pub has_client_secret: bool,
    /// A private key for `private_key_jwt` is stored; it is never shown.
    pub has_client_key: bool,
    /// The port of `http://127.0.0.1:{port}/callback` for a client that is registered by hand,
    /// unless the pin has another (rule R6).
    pub port_by_hand: u16,
    /// Where the sign-in that is under way comes back to, or else the one that gave the grant did;
    /// of a client that needs no person there is none.
    pub redirect_uri: Option<String>,
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

/// Everything the pane needs to begin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Snapshot {
    /// In the order of the list.
    pub servers: Vec<ServerView>,
    /// Where the key is, or why it is not.
    pub vault: VaultView,
    /// The redirect URI that authorization servers are given, for display.
    pub redirect_uri: String,
    /// What the person prefers for every server.
    pub preferences: Preferences,
    /// Why they are not all in force: a file of certificates has gone since it was chosen. Left out
    /// when they are, as they always are after a change.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub preferences_problem: Option<ErrorView>,
    /// A damaged database that was kept aside, until the person has seen that. Left out otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub set_aside: Option<SetAside>,
    /// What servers ask the person, and nobody has answered yet; the first that was asked comes first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<QuestionView>>", optional)]
    pub questions: Vec<QuestionView>,
}

/// A damaged database: kept, and out of use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SetAside {
    /// Where the file is now.
    pub path: String,
    /// When it was found to be damaged.
    #[ts(type = "number")]
    pub at: Millis,
}

/// Where the key that seals secrets is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
#[ts(export)]
pub enum VaultView {
    /// In the keychain of the operating system.
    Keychain,
    /// In a file that only this user may read, because the person chose so.
    File {
        /// Its path.
        path: String,
    },
    /// Nowhere: nothing secret can be stored or read until that is mended.
    Unavailable {
        /// Why, and what to do.
        error: ErrorView,
    },
}

/// What the pane is told, one at a time, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
#[ts(export)]
#[expect(
    clippy::large_enum_variant,
    reason = "the large one is the usual one, and few are alive at a time"
)]
pub enum Event {
    /// A server is new or has changed.
    ServerChanged {
        /// The whole new view.
        server: ServerView,
    },
    /// A server is gone.
    ServerRemoved {
        /// Its id.
        id: String,
        /// See [`ServerView::revision`].
        #[ts(type = "number")]
        revision: u64,
    },
    /// The servers stand in another order.
    OrderChanged {
        /// The ids of all of them, first to last.
        order: Vec<String>,
    },
    /// The tools of a server are other than they were.
    ToolsChanged {
        /// The server's id.
        id: String,
    },
    /// The grant of a server needs the person; told once an episode.
    ReauthRequired {
        /// The server's id.
        id: String,
        /// Its name, for the notification.
        name: String,
        /// Why.
        reason: ReauthReason,
        /// Since when.
        #[ts(type = "number")]
        at: Millis,
    },
    /// A server wants more access than the person gave; told once for each thing it wants (rule G7).
    MoreAccessNeeded {
        /// The server's id.
        id: String,
        /// Its name, for the notification.
        name: String,
        /// What it asks for beyond what was granted.
        scopes: Vec<String>,
        /// Since when.
        #[ts(type = "number")]
        at: Millis,
    },
    /// Something happened, or goes on happening; not told again where it was missed.
    Activity {
        /// In the order of time; one of a known id takes its place.
        entries: Vec<Activity>,
    },
    /// The key is somewhere else now, or there again.
    VaultChanged {
        /// The new state.
        vault: VaultView,
    },
    /// The preferences are other than they were.
    PreferencesChanged {
        /// The new ones.
        preferences: Preferences,
    },
    /// A server asks the person something.
    QuestionAsked {
        /// What.
        question: QuestionView,
    },
    /// A question was answered, or nobody waits for the answer any more.
    QuestionEnded {
        /// Its id.
        id: String,
    },
}

/// What an unauthenticated look at a URL found out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Detection {
    /// The URL that was looked at.
    pub url: String,
    /// What the server needs; nothing here means *unknown*: `problem` says why.
    pub auth: Option<AuthKind>,
    /// A name for it, from its host.
    pub suggested_name: String,
    /// Who would be asked to sign the person in.
    pub issuer: Option<String>,
    /// Why it is not known what the server needs.
    pub problem: Option<ErrorView>,
    /// The server that already has this URL.
    pub existing: Option<String>,
}

/// A header to send with every MCP request.
#[derive(Clone, Deserialize, TS)]
#[ts(export)]
pub struct HeaderInput {
    /// Field name.
    pub name: String,
    /// Field value; left out for a header that is kept as it is.
    pub value: Option<String>,
}

impl std::fmt::Debug for HeaderInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HeaderInput")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// A server to add.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct NewServer {
    /// `https`, or `http` for a server on this computer.
    pub url: String,
    /// Left out: made from the host.
    #[ts(optional)]
    pub name: Option<String>,
    /// Left out: empty.
    #[ts(optional)]
    pub description: Option<String>,
    /// What detection found, or what the person chose instead.
    pub auth: AuthKind,
    /// Static headers.
    #[serde(default)]
    pub headers: Vec<HeaderInput>,
    /// 1 to 300; left out: 30.
    #[ts(optional)]
    pub timeout_seconds: Option<u32>,
    /// What the person wants otherwise when signing in.
    #[serde(default)]
    #[ts(as = "Option<SignInOptions>", optional)]
    pub sign_in: SignInOptions,
    /// The secret of a client that was registered by hand.
    #[serde(default)]
    #[ts(as = "Option<SecretChange>", optional)]
    pub client_secret: SecretChange,
    /// Its private key, as PEM (RFC 7523).
    #[serde(default)]
    #[ts(as = "Option<SecretChange>", optional)]
    pub client_key: SecretChange,
    /// Add it although another entry has the same URL: another account, told apart by its name.
    #[serde(default)]
    #[ts(as = "Option<bool>", optional)]
    pub same_url: bool,
}

impl NewServer {
    /// A server with nothing else said of it.
    #[must_use]
    pub fn at(url: impl Into<String>, auth: AuthKind) -> Self {
        Self {
            url: url.into(),
            name: None,
            description: None,
            auth,
            headers: Vec::new(),
            timeout_seconds: None,
            sign_in: SignInOptions::default(),
            client_secret: SecretChange::Keep,
            client_key: SecretChange::Keep,
            same_url: false,
        }
    }
}

/// A change to a server; what is left out stays as it is.
#[derive(Debug, Clone, Default, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export, optional_fields)]
pub struct ServerChange {
    /// A new name.
    pub name: Option<String>,
    /// A new URL: ends the grant.
    pub url: Option<String>,
    /// A new description.
    pub description: Option<String>,
    /// On or off.
    pub enabled: Option<bool>,
    /// A new kind: ends the grant.
    pub auth: Option<AuthKind>,
    /// The whole new list of headers; one without a value keeps the value it has.
    pub headers: Option<Vec<HeaderInput>>,
    /// 1 to 300.
    pub timeout_seconds: Option<u32>,
    /// The whole new options.
    pub sign_in: Option<SignInOptions>,
    /// A change ends the grant.
    #[ts(as = "Option<SecretChange>")]
    pub client_secret: SecretChange,
    /// A change ends the grant.
    #[ts(as = "Option<SecretChange>")]
    pub client_key: SecretChange,
    /// See [`NewServer::same_url`].
    #[ts(as = "Option<bool>")]
    pub same_url: bool,
}

/// A tool as its server describes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ToolView {
    /// What it is called by.
    pub name: String,
    /// What people call it.
    pub title: Option<String>,
    /// What it does.
    pub description: Option<String>,
    /// JSON Schema of its arguments.
    #[ts(type = "unknown")]
    pub input_schema: serde_json::Value,
    /// It promises to change nothing.
    pub read_only: bool,
    /// It says that it may destroy something.
    pub destructive: bool,
}

/// What a tool answered.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct CallOutcome {
    /// In the order the server sent it.
    pub content: Vec<ToolContent>,
    /// `structuredContent`, if any.
    #[ts(type = "unknown")]
    pub structured: Option<serde_json::Value>,
    /// The tool itself says that it failed.
    pub is_error: bool,
    /// From the call to the answer.
    #[ts(type = "number")]
    pub duration_millis: u64,
}

/// One piece of a tool's answer.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(
    tag = "type",
    rename_all = "snake_case",
    rename_all_fields = "camelCase"
)]
#[ts(export)]
pub enum ToolContent {
    /// Text.
    Text {
        /// The text.
        text: String,
    },
    /// A picture.
    Image {
        /// Base64.
        data: String,
        /// Media type.
        mime_type: String,
    },
    /// A sound.
    Audio {
        /// Base64.
        data: String,
        /// Media type.
        mime_type: String,
    },
    /// A pointer to a resource.
    Link {
        /// Where it is.
        uri: String,
        /// What it is called.
        name: String,
    },
    /// Anything else, as it came.
    Other {
        /// The JSON.
        #[ts(type = "unknown")]
        json: serde_json::Value,
    },
}
