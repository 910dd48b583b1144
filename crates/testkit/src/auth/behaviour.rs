//! How the authorization server is told to misbehave.

use std::{collections::VecDeque, time::Duration};

use serde_json::{Map, Value};

use crate::{Canned, Gate};

/// Everything about the authorization server that a test can bend. The default is a good server.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one independent switch of a test"
)]
pub struct AuthBehaviour {
    /// Where the metadata lies (rule A1).
    pub metadata_at: MetadataAt,
    /// The `issuer` that the metadata states instead of the true one (rule A2).
    pub metadata_issuer: Option<String>,
    /// Members that replace or, being null, remove those of the metadata.
    pub metadata_patch: Map<String, Value>,
    /// `Cache-Control` of the metadata (rule A6).
    pub metadata_cache_control: Option<String>,
    /// `code_challenge_methods_supported`; `None` leaves it out (rule A3).
    pub code_challenge_methods: Option<Vec<String>>,
    /// `token_endpoint_auth_methods_supported`; `None` leaves it out (rule R3).
    pub token_auth_methods: Option<Vec<String>>,
    /// Every scope that may be asked for; another is `invalid_scope`.
    pub scopes: Vec<String>,
    /// A client may ask for no other scopes than those that it registered with (RFC 7591 §2).
    pub binds_scopes: bool,
    /// What the redirect says about the issuer (RFC 9207).
    pub iss: Iss,

    /// Refuses a registration that holds `application_type`, as servers do that know no such field.
    pub registration_refuses_application_type: bool,
    /// Redirect URIs that begin with one of these are `invalid_redirect_uri` (rule R5).
    pub refused_redirects: Vec<String>,
    /// Answers the registration with this `token_endpoint_auth_method`, whatever was asked for;
    /// any but `none` comes with a secret (rule R4).
    pub registered_auth_method: Option<String>,
    /// Answers the registration with a secret even for `none`, as Figma does.
    pub registration_always_has_secret: bool,

    /// How long a secret lives that comes with a registration; `None` is for ever (rule R4).
    pub client_secret_lifetime: Option<Duration>,

    /// Where the token endpoint is, under the issuer: `/token` or `/oauth/token`. There is nothing at
    /// the other place.
    pub token_at: &'static str,
    /// How long an access token lives.
    pub access_token_lifetime: Duration,
    /// What the token answer says about it (rule T7).
    pub expires_in: ExpiresIn,
    /// When a refresh token is given, and whether it changes at each use.
    pub refresh_tokens: RefreshTokens,
    /// A refresh brings the old access token with a new life.
    pub repeats_access_token: bool,
    /// An ID token comes with each answer to a person's client, also where `openid` was not granted.
    pub always_id_token: bool,
    /// Claims that replace or, being null, remove those of ID tokens.
    pub id_token_patch: Map<String, Value>,
    /// What is granted at most, whatever is asked for and agreed to; `None` grants it all.
    pub granted_scopes: Option<Vec<String>>,
    /// A token or refresh request must repeat the `resource` of the authorization (RFC 8707).
    pub checks_resource: bool,

    /// Sends `form-action 'self'` with the pages, which silently breaks custom-scheme redirects.
    pub strict_form_action: bool,
    /// Skips both pages and redirects at once, as for a person who is signed in already.
    pub consents_at_once: bool,
    /// The authorization endpoint redirects with this `error`, whatever the person wants.
    pub authorize_error: Option<String>,

    /// How a client that is not known is answered at the authorization and token endpoints, instead
    /// of a page and `invalid_client`.
    pub stranger_answer: Option<Canned>,

    /// Answers for the next metadata requests, in order.
    pub metadata_answers: VecDeque<Canned>,
    /// Answers for the next registrations.
    pub registration_answers: VecDeque<Canned>,
    /// Answers for the next token requests of either kind; the true work is not done.
    pub token_answers: VecDeque<Canned>,
    /// Answers for the next refreshes alone.
    pub refresh_answers: VecDeque<Canned>,
    /// Answers for the next revocations.
    pub revocation_answers: VecDeque<Canned>,

    /// Holds metadata requests.
    pub metadata_gate: Option<Gate>,
    /// Holds registrations.
    pub registration_gate: Option<Gate>,
    /// Holds token requests before anything is done.
    pub token_gate: Option<Gate>,
    /// Holds token answers after the work is done: the old refresh token is spent already.
    pub token_answer_gate: Option<Gate>,
    /// Holds revocations.
    pub revocation_gate: Option<Gate>,
}

impl Default for AuthBehaviour {
    fn default() -> Self {
        Self {
            metadata_at: MetadataAt::Oauth,
            metadata_issuer: None,
            metadata_patch: Map::new(),
            metadata_cache_control: None,
            code_challenge_methods: Some(vec!["S256".to_owned()]),
            token_auth_methods: Some(
                ["none", "client_secret_basic", "client_secret_post"]
                    .map(str::to_owned)
                    .into(),
            ),
            scopes: ["tools", "admin", "offline_access"]
                .map(str::to_owned)
                .into(),
            binds_scopes: false,
            iss: Iss::Advertised,
            registration_refuses_application_type: false,
            refused_redirects: Vec::new(),
            registered_auth_method: None,
            registration_always_has_secret: false,
            client_secret_lifetime: None,
            token_at: "/token",
            access_token_lifetime: Duration::from_hours(1),
            expires_in: ExpiresIn::True,
            refresh_tokens: RefreshTokens::Rotating,
            repeats_access_token: false,
            always_id_token: false,
            id_token_patch: Map::new(),
            granted_scopes: None,
            checks_resource: true,
            strict_form_action: false,
            consents_at_once: false,
            authorize_error: None,
            stranger_answer: None,
            metadata_answers: VecDeque::new(),
            registration_answers: VecDeque::new(),
            token_answers: VecDeque::new(),
            refresh_answers: VecDeque::new(),
            revocation_answers: VecDeque::new(),
            metadata_gate: None,
            registration_gate: None,
            token_gate: None,
            token_answer_gate: None,
            revocation_gate: None,
        }
    }
}

/// Where the metadata document lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetadataAt {
    /// `/.well-known/oauth-authorization-server{path}` (RFC 8414 §3).
    Oauth,
    /// `/.well-known/openid-configuration{path}`.
    OidcInserted,
    /// `{path}/.well-known/openid-configuration` (`OpenID` Connect Discovery §4).
    OidcAppended,
    /// Nowhere.
    Nowhere,
}

/// The `iss` parameter of the redirect (RFC 9207 §2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Iss {
    /// Advertised and sent.
    Advertised,
    /// This one is sent, and not advertised.
    Unadvertised(String),
    /// Advertised and not sent: a client must refuse.
    Missing,
    /// Advertised, and another's is sent: a mix-up.
    Wrong(String),
    /// Neither advertised nor sent.
    Absent,
}

/// `expires_in` of a token answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExpiresIn {
    /// The true lifetime.
    True,
    /// Left out.
    Missing,
    /// This many seconds, whatever the truth.
    Stated(i64),
    /// This JSON, whatever it is; nothing that is none.
    Literal(&'static str),
}

/// What becomes of refresh tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefreshTokens {
    /// A new one at each use; the use of an old one revokes the family.
    Rotating,
    /// As `Rotating`, but only for grants with the scope `offline_access`.
    OnRequest,
    /// One for the life of the grant; a refresh answers without it.
    Lasting,
    /// None at all.
    None,
}
