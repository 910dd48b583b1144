//! What the pane begins with, and what it is told from then on.

use serde::Serialize;
use ts_rs::TS;

use super::{
    Activity, ErrorView, Millis, Preferences, QuestionView, ReauthReason, ServerView, SetAside,
    VaultView,
};

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
    /// when they are, as they always are after a change of more than the desktop.
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

/// What the pane is told, one at a time, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
#[ts(export)]
pub enum Event {
    /// A server is new or has changed.
    ServerChanged {
        /// The whole new view.
        server: Box<ServerView>,
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
    /// A call that runs has come further; not told again where it was missed.
    CallProgress {
        /// The caller's own name for it.
        call: String,
        /// From 0 to 100, where the tool knows how much there is to do.
        percent: Option<u8>,
        /// What the tool does at the moment, in its own words.
        message: Option<String>,
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
        /// See [`Snapshot::preferences_problem`].
        #[serde(skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        problem: Option<ErrorView>,
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
