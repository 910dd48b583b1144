//! What can go wrong, each with a stable code, a sentence and, where there is one, a remedy.

use drawbridge_oauth::{RedirectUri, Scopes, TokenError, clean};

use crate::ids::ServerId;
use crate::import::ImportError;
use crate::registry::RegistryError;
use crate::session::{SIGN_IN_UNAVAILABLE, SessionError};
use crate::store::Trouble;
use crate::vault::VaultError;
use crate::view::{ErrorView, Millis, ReauthReason};

/// Every failure of the engine.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The address of a server cannot be used.
    #[error("This address cannot be used: {0}.")]
    InvalidUrl(&'static str),
    /// The name is empty, too long or has control characters.
    #[error("A name has 1 to 255 characters, and no control characters.")]
    InvalidName,
    /// The description is too long.
    #[error("A note has at most 2,000 characters.")]
    InvalidDescription,
    /// The time limit is out of range.
    #[error("A time limit is 1 to 300 seconds.")]
    InvalidTimeout,
    /// A header cannot be sent as it was typed.
    #[error("The header {name:?} cannot be sent: {why}.")]
    InvalidHeader {
        /// Its name.
        name: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A sign-in option cannot be used as it was typed.
    #[error("The sign-in settings cannot be used: {0}.")]
    InvalidOption(&'static str),
    /// The proxy cannot be used as it was typed.
    #[error("This proxy cannot be used: {0}.")]
    InvalidProxy(&'static str),
    /// The file of extra certificates cannot be read.
    #[error("The certificates in {path} cannot be read: {source}.")]
    CaFile {
        /// Its path.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// Tool arguments are no JSON object.
    #[error("The arguments of a tool are one JSON object.")]
    InvalidArguments,
    /// A list of servers cannot be read.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// The registry does not answer, or not so that it can be understood.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// Another server has this URL.
    #[error("{name} already has this address.")]
    DuplicateUrl {
        /// That server.
        id: ServerId,
        /// Its name.
        name: String,
    },
    /// There is no such server.
    #[error("This server is no longer in the list.")]
    UnknownServer,
    /// The person switched the server off.
    #[error("{name} is switched off.")]
    Disabled {
        /// Its name.
        name: String,
    },
    /// The server does not say who signs people in.
    #[error("The server asks for a sign-in, but does not say where.")]
    NoResourceMetadata,
    /// The server answers without a sign-in, and offers none.
    #[error("The server offers no sign-in.")]
    NoSignInOffered,
    /// The first look at a server did not reach it.
    #[error("The server cannot be reached.")]
    Unreachable,
    /// The first look at a server took too long.
    #[error("The server did not answer in time.")]
    ProbeTimedOut,
    /// What answers the first look is no MCP server.
    #[error("The address answered {status}, but not like an MCP server.")]
    NotMcp {
        /// The HTTP status.
        status: u16,
    },
    /// The question was answered, or nobody waits for the answer any more.
    #[error("This question is no longer open.")]
    QuestionGone,
    /// The callback belongs to no attempt, or to one that is over.
    #[error("This sign-in answer belongs to no sign-in that is under way.")]
    UnknownCallback,
    /// The person said no at the authorization server.
    #[error("The sign-in was declined.")]
    AccessDenied,
    /// The authorization server refused the authorization request (RFC 6749 §4.1.2.1).
    #[error("The sign-in server refused: {error}{}", .description.as_ref().map(|text| format!(" ({text})")).unwrap_or_default())]
    AuthorizationRefused {
        /// Its code.
        error: String,
        /// Its own words, cut and cleaned.
        description: Option<String>,
    },
    /// Discovery and registration took too long.
    #[error("It took too long to find out how to sign in.")]
    FindingOutTimedOut,
    /// Nobody came back from the sign-in page in time.
    #[error("Nobody came back from the sign-in page in time.")]
    SignInTimedOut,
    /// The person stopped the sign-in.
    #[error("The sign-in was cancelled.")]
    SignInCancelled,
    /// There is no attempt that could be shown, copied or cancelled.
    #[error("No sign-in is under way for this server.")]
    NoSignIn,
    /// The client registration was refused at the token endpoint.
    #[error("The sign-in server no longer accepts Drawbridge's registration.")]
    ClientRejected,
    /// Only a client that the person registers by hand can help (rule R1).
    #[error("{}", sentence(why))]
    ClientIdNeeded {
        /// The exact redirect URI to register; there is none yet of a server that is not in the list.
        redirect: Option<RedirectUri>,
        /// What the authorization server said to a client that wanted to introduce itself.
        why: Box<drawbridge_oauth::Error>,
    },
    /// A client registered by hand is one of another issuer (rule R2).
    #[error("The client id belongs to {registered}, and the server now names {stated} to sign in.")]
    ClientOfAnotherIssuer {
        /// Where it was used.
        registered: String,
        /// Who is named now.
        stated: String,
    },
    /// A client registered by hand comes back to the app, and nobody is known to have registered a way
    /// back to here.
    #[error("The client id comes back to {registered}, which leads to the app and not here.")]
    RedirectOfTheApp {
        /// Where it was used.
        registered: RedirectUri,
        /// What would have to be registered.
        here: RedirectUri,
    },
    /// The browser would have to come back to a port that cannot be had (rule R6).
    #[error("Port {port} on this computer cannot be used: another program has it.")]
    PortBusy {
        /// The port.
        port: u16,
    },
    /// There is no way to listen for the browser.
    #[error("Drawbridge cannot listen on this computer for the sign-in to come back: {0}.")]
    NoListener(std::io::Error),
    /// The server needs a sign-in first.
    #[error("This server needs a sign-in first.")]
    SignInNeeded,
    /// Only the person can mend the grant.
    #[error("This server needs you to sign in again.")]
    ReauthRequired {
        /// The server.
        server: ServerId,
        /// Why.
        reason: ReauthReason,
        /// Since when.
        at: Millis,
    },
    /// A server without a person has nothing to show at the sign-in server.
    #[error(
        "Drawbridge signs in to this server by itself, and the client id or its secret is missing."
    )]
    CredentialsMissing,
    /// The sign-in server does not accept the client of a server without a person.
    #[error("The sign-in server does not accept this client{}", .0.as_ref().map_or_else(|| ".".to_owned(), |words| format!(": {words}")))]
    CredentialsRefused(Option<String>),
    /// The grant does not reach far enough; a new sign-in may (rule G7).
    #[error("This needs more access than the sign-in gave: {}.", clean(&scopes.to_string()))]
    MoreAccessNeeded {
        /// The server.
        server: ServerId,
        /// What it asks for.
        scopes: Scopes,
    },
    /// A sign-in for more access went well, and did not give it.
    #[error("The sign-in did not give this access: {}.", clean(&.0.to_string()))]
    AccessNotGiven(Scopes),
    /// There is no session to call with.
    #[error("This server is not connected.")]
    NotConnected,
    /// There is no session to call with for now: Drawbridge tries to bring one back.
    #[error("{}", .0.message)]
    Away(Box<ErrorView>),
    /// The protocol library refused.
    #[error(transparent)]
    OAuth(#[from] drawbridge_oauth::Error),
    /// The token endpoint refused.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The MCP session failed.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// A secret cannot be sealed or read.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The database failed.
    #[error("{}", Trouble::of(.0).sentence(.0))]
    Store(#[from] sqlx::Error),
    /// The database is damaged, and another process has it open.
    #[error("The database {path} is damaged, and another Drawbridge has it open.")]
    DamagedDatabase {
        /// Its path.
        path: String,
    },
    /// The data folder cannot be made.
    #[error("The data folder {path} cannot be used: {source}.")]
    DataFolder {
        /// Its path.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// All data can only be deleted by one who is alone with them.
    #[error("Another Drawbridge is at work on the same data.")]
    DataInUse,
    /// All data were deleted, but for the key that had sealed them.
    #[error("Everything was deleted, but the key is still in its place: {0}")]
    KeyLeft(VaultError),
    /// Something stored cannot be read back.
    #[error("What is stored of this server cannot be read.")]
    Corrupt,
}

impl Error {
    /// A stable name for the case, never translated.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::InvalidUrl(_) => "invalid_url",
            Self::InvalidName => "invalid_name",
            Self::InvalidDescription => "invalid_description",
            Self::InvalidTimeout => "invalid_timeout",
            Self::InvalidHeader { .. } => "invalid_header",
            Self::InvalidOption(_) => "invalid_option",
            Self::InvalidProxy(_) => "invalid_proxy",
            Self::CaFile { .. } => "ca_file",
            Self::InvalidArguments => "invalid_arguments",
            Self::DuplicateUrl { .. } => "duplicate_url",
            Self::UnknownServer => "unknown_server",
            Self::Disabled { .. } => "disabled",
            Self::NoResourceMetadata => "no_resource_metadata",
            Self::QuestionGone => "question_gone",
            Self::UnknownCallback => "unknown_callback",
            Self::AccessDenied => "access_denied",
            Self::AuthorizationRefused { .. } => "authorization_refused",
            Self::SignInTimedOut => "sign_in_timed_out",
            Self::SignInCancelled => "sign_in_cancelled",
            Self::NoSignInOffered => "no_sign_in_offered",
            Self::Unreachable | Self::Away(_) => "unreachable",
            Self::ProbeTimedOut => "probe_timed_out",
            Self::NotMcp { .. } => "not_mcp",
            Self::FindingOutTimedOut => "finding_out_timed_out",
            Self::NoSignIn => "no_sign_in",
            Self::ClientRejected => "client_rejected",
            Self::ClientIdNeeded { .. } => "client_id_needed",
            Self::ClientOfAnotherIssuer { .. } => "client_of_another_issuer",
            Self::RedirectOfTheApp { .. } => "redirect_of_the_app",
            Self::PortBusy { .. } => "port_busy",
            Self::NoListener(_) => "no_listener",
            Self::SignInNeeded => "sign_in_needed",
            Self::ReauthRequired { .. } => "reauth_required",
            Self::CredentialsMissing => "credentials_missing",
            Self::CredentialsRefused(_) => "credentials_refused",
            Self::MoreAccessNeeded { .. } => "more_access_needed",
            Self::AccessNotGiven(_) => "access_not_given",
            Self::NotConnected => "not_connected",
            Self::Import(error) => error.code(),
            Self::Registry(error) => error.code(),
            Self::OAuth(error) => error.code(),
            Self::Token(error) => error.code(),
            Self::Session(error) => error.code(),
            Self::Vault(error) => error.code(),
            Self::Store(error) => Trouble::of(error).code(),
            Self::DamagedDatabase { .. } => "database_in_use",
            Self::DataFolder { .. } => "data_folder",
            Self::DataInUse => "data_in_use",
            Self::KeyLeft(_) => "key_left",
            Self::Corrupt => "corrupt",
        }
    }

    /// What the person can do about it.
    #[must_use]
    pub fn remedy(&self) -> Option<String> {
        let remedy = match self {
            Self::InvalidUrl(_) => "Use an address like https://mcp.example.com/mcp.",
            Self::InvalidProxy(_) => "Use an address like http://proxy.example.com:8080.",
            Self::CaFile { .. } => "Choose a PEM file that is there, in the preferences, or none.",
            Self::DuplicateUrl { .. } => "Open that entry, or use another address.",
            Self::Disabled { .. } => "Switch it on in its settings.",
            Self::NoResourceMetadata => {
                "If the server takes an API key, choose Headers in its settings."
            }
            Self::NoSignInOffered => "If it needs none, choose that in its settings.",
            Self::Unreachable => "Check the address and the network.",
            Self::ProbeTimedOut => "Check the address, or try again later.",
            Self::NotMcp { .. } => "Check the path of the address; it often ends in /mcp.",
            Self::UnknownCallback => "Sign in again.",
            Self::AccessDenied => "Sign in once more and allow access, or use another account.",
            Self::AuthorizationRefused { .. }
            | Self::ClientRejected
            | Self::FindingOutTimedOut
            | Self::SignInTimedOut => "Try to sign in once more.",
            Self::ClientIdNeeded {
                redirect: Some(redirect),
                why,
            } => return Some(by_hand(redirect, why)),
            Self::ClientIdNeeded {
                redirect: None,
                why,
            } => why.remedy(),
            Self::ClientOfAnotherIssuer { .. } => {
                "If the change is expected, clear the client id in the settings and enter one of the new sign-in server."
            }
            Self::RedirectOfTheApp { here, .. } => {
                return Some(format!(
                    "Connect in the app. Or register {here} with the provider, too, and add the server anew with --redirect loopback and this port as --port."
                ));
            }
            Self::PortBusy { .. } => {
                "Close that program; or set another port in the settings, and register the new address where you registered the old one."
            }
            Self::NoListener(_) => "Let the sign-in open in a window of Drawbridge instead.",
            Self::SignInNeeded => "Connect, and sign in.",
            Self::NotConnected => "Connect, and try again.",
            Self::Away(_) => "Drawbridge keeps trying. Try again in a moment.",
            Self::ReauthRequired { .. } => "Press Reconnect.",
            Self::CredentialsMissing => {
                "Enter the client id and its secret or private key in the settings."
            }
            Self::CredentialsRefused(_) => {
                "Check the client id and its secret or key in the settings, then connect."
            }
            Self::MoreAccessNeeded { .. } => "Press Review, and allow the access.",
            Self::AccessNotGiven(_) => {
                "Allow it on the page of the sign-in, or ask whoever runs the server for it."
            }
            Self::Store(error) => Trouble::of(error).remedy(),
            Self::DamagedDatabase { .. } => {
                "Close the other one, then start Drawbridge again: it keeps the damaged file aside and begins with an empty list."
            }
            Self::DataFolder { .. } => {
                "Check that the disk has room and that the data folder belongs to you."
            }
            Self::DataInUse => "Close the app and every command that is running, then try again.",
            Self::KeyLeft(_) => {
                "It opens nothing any more. Take it away by hand, if you like: its name is dev.drawbridge.desktop."
            }
            Self::Corrupt => "Sign in again; if that does not help, remove the server and add it.",
            Self::Import(error) => error.remedy(),
            Self::Registry(error) => error.remedy(),
            Self::OAuth(error) => error.remedy(),
            Self::Token(error) => error.remedy(),
            Self::Session(error) => return error.remedy(),
            Self::Vault(error) => return error.remedy().map(str::to_owned),
            Self::InvalidName
            | Self::InvalidDescription
            | Self::InvalidTimeout
            | Self::InvalidHeader { .. }
            | Self::InvalidOption(_)
            | Self::InvalidArguments
            | Self::UnknownServer
            | Self::QuestionGone
            | Self::SignInCancelled
            | Self::NoSignIn => return None,
        };
        Some(remedy.to_owned())
    }

    /// Why the grant of a client without a person has ended.
    pub(crate) fn of_refused_client(reason: ReauthReason) -> Self {
        let words = match reason {
            ReauthReason::RejectedByServer => "the server refuses the tokens that it gets",
            ReauthReason::Unreadable => "what is stored of it cannot be opened",
            ReauthReason::RefusedWithoutReason => "it was refused without saying why",
            ReauthReason::InvalidGrant
            | ReauthReason::Expired
            | ReauthReason::Interrupted
            | ReauthReason::ClientRejected => {
                return Self::CredentialsRefused(None);
            }
        };
        Self::CredentialsRefused(Some(words.to_owned()))
    }

    /// The failure as front ends show it.
    #[must_use]
    pub fn view(&self) -> ErrorView {
        ErrorView {
            code: self.code().to_owned(),
            message: self.to_string(),
            remedy: self.remedy(),
        }
    }

    /// Whether the authorization server does not know what was asked for (RFC 6749 §4.1.2.1, §5.2).
    pub(crate) fn blames_scopes(&self) -> bool {
        let (Self::AuthorizationRefused { error, .. }
        | Self::Token(TokenError::Refused { error, .. })) = self
        else {
            return false;
        };
        error == "invalid_scope"
    }

    /// Whether the person ended the sign-in, or let it end: no fault to show on the row.
    pub(crate) fn is_the_persons_choice(&self) -> bool {
        matches!(
            self,
            Self::AccessDenied | Self::SignInTimedOut | Self::SignInCancelled
        )
    }
}

impl ErrorView {
    /// Whether the grant is good, and cannot be renewed just now.
    #[must_use]
    pub fn is_sign_in_unavailable(&self) -> bool {
        self.code == SIGN_IN_UNAVAILABLE
    }

    /// The same view as [`Error::view`] of a failure of the database that is only lent.
    pub(crate) fn of_store(error: &sqlx::Error) -> Self {
        let trouble = Trouble::of(error);
        Self {
            code: trouble.code().to_owned(),
            message: trouble.sentence(error),
            remedy: Some(trouble.remedy().to_owned()),
        }
    }
}

/// With a full stop, unless the words of a server brought one.
fn sentence(why: &drawbridge_oauth::Error) -> String {
    let told = why.to_string();
    let ended = told.ends_with(['.', '!', '?']);
    if ended { told } else { format!("{told}.") }
}

/// What to register, and where to say so.
fn by_hand(redirect: &RedirectUri, why: &drawbridge_oauth::Error) -> String {
    let begin = match why {
        drawbridge_oauth::Error::RegistrationRefused { status: 403, .. } => {
            "The provider admits only apps that it knows: register one with it"
        }
        _ => "Register an app with the provider",
    };
    let end = match why {
        drawbridge_oauth::Error::NoRegistration { .. } => {
            " If the provider gives out access tokens, choose Headers instead."
        }
        _ => "",
    };
    format!(
        "{begin}, with the redirect URI {redirect}, and enter its client id in the settings.{end}"
    )
}
