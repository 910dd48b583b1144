//! How the MCP server is told to behave and misbehave.

use std::collections::{HashMap, VecDeque};

use crate::{Canned, Gate};

/// Everything about the MCP server that a test can bend. The default is a good server behind OAuth.
#[derive(Debug, Clone)]
pub struct McpBehaviour {
    /// Who may come in.
    pub access: Access,
    /// Which requests need it (rule D3).
    pub protects: Protects,
    /// How a 401 says so (rule D5).
    pub challenge: Challenge,
    /// The scope that a 401 asks for (rule T5).
    pub challenge_scope: Option<String>,
    /// 401 for every token, however fresh (rule G6).
    pub refuses_tokens: bool,
    /// Statuses of refusals that repeat the credentials of the request in the words of a JSON-RPC error, by
    /// its method.
    pub repeats_credentials: HashMap<String, u16>,
    /// Scopes that a request needs, by its JSON-RPC method or `tools/call NAME` (rule G7).
    pub needed_scopes: HashMap<String, String>,
    /// Says that the scopes of `needed_scopes` are missing, whatever the token has.
    pub never_satisfied: bool,
    /// The status of a refusal for want of scopes; some send 401.
    pub insufficient_status: u16,

    /// Where the resource metadata lies (rule D6).
    pub metadata_at: ResourceMetadataAt,
    /// The `resource` that the metadata states instead of the true one (rule D7).
    pub resource: Option<String>,
    /// The `authorization_servers` that it states instead of the true one (rule D8).
    pub authorization_servers: Option<Vec<String>>,
    /// The `scopes_supported` that it states; `None` leaves it out.
    pub scopes_supported: Option<Vec<String>>,

    /// What of an authorization server it is itself, as in 2025-03-26 (rule A5).
    pub hosts: Hosts,

    /// Which protocol eras are spoken.
    pub eras: Eras,
    /// What becomes of a connection after an answer.
    pub connections: Connections,
    /// Tools in one page of `tools/list`.
    pub page_size: usize,

    /// Answers for the next requests at the endpoint, in order, whatever they ask.
    pub answers: VecDeque<Canned>,
    /// Answers for the next requests of one JSON-RPC method, such as `tools/list`.
    pub method_answers: VecDeque<(String, Canned)>,
    /// Answers for the next requests for the resource metadata.
    pub metadata_answers: VecDeque<Canned>,

    /// Holds every POST at the endpoint, before its token is looked at.
    pub gate: Option<Gate>,
    /// Holds requests of a JSON-RPC method, such as `server/discover`, before their token is looked
    /// at.
    pub method_gates: HashMap<String, Gate>,
    /// Holds tool calls that were let in, before they run.
    pub call_gate: Option<Gate>,
    /// Holds requests for the resource metadata.
    pub metadata_gate: Option<Gate>,
}

impl Default for McpBehaviour {
    fn default() -> Self {
        Self {
            access: Access::OAuth,
            protects: Protects::Everything,
            challenge: Challenge::Bearer,
            challenge_scope: Some("tools".to_owned()),
            refuses_tokens: false,
            repeats_credentials: HashMap::new(),
            needed_scopes: HashMap::new(),
            never_satisfied: false,
            insufficient_status: 403,
            metadata_at: ResourceMetadataAt::Path,
            resource: None,
            authorization_servers: None,
            scopes_supported: Some(vec!["tools".to_owned()]),
            hosts: Hosts::Nothing,
            eras: Eras::Both,
            connections: Connections::Kept,
            page_size: 5,
            answers: VecDeque::new(),
            method_answers: VecDeque::new(),
            metadata_answers: VecDeque::new(),
            gate: None,
            method_gates: HashMap::new(),
            call_gate: None,
            metadata_gate: None,
        }
    }
}

/// Who may come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    /// A bearer token of the authorization server.
    OAuth,
    /// Anybody.
    Open,
    /// Whoever sends this value in `X-Api-Key`.
    ApiKey(String),
}

/// Which requests need credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protects {
    /// All of them.
    Everything,
    /// `tools/list` and `tools/call`; the handshake is open to all.
    Tools,
    /// `tools/call` alone.
    Calls,
}

/// The `WWW-Authenticate` of a 401 (RFC 9110 §11.6.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Challenge {
    /// Bearer with `resource_metadata` and `scope` (RFC 9728 §5.1).
    Bearer,
    /// Bearer alone.
    BareBearer,
    /// None, as with Outline.
    None,
    /// A line for Negotiate, then one for Bearer.
    NegotiateFirst,
    /// Negotiate, Basic and Bearer in one line.
    OneLine,
    /// Negotiate alone.
    NegotiateOnly,
}

/// Where the resource metadata lies (RFC 9728 §3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResourceMetadataAt {
    /// `/.well-known/oauth-protected-resource/mcp`
    Path,
    /// `/.well-known/oauth-protected-resource`
    Root,
    /// `/resource-of-the-tools`, where the challenge alone leads.
    Elsewhere,
    /// Nowhere; the challenge does not mention it either.
    Nowhere,
}

/// What lies at the origin of the MCP server beside the endpoint itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hosts {
    /// Nothing.
    Nothing,
    /// The endpoints of the authorization server.
    Endpoints,
    /// Its endpoints and its metadata.
    Metadata,
}

/// What becomes of a connection after an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connections {
    /// It waits for the next request (RFC 9112 §9.3).
    Kept,
    /// The answer says that it was the last (RFC 9112 §9.6).
    Closed,
}

/// Protocol eras.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Eras {
    /// Both.
    Both,
    /// Sessions opened by `initialize`, up to 2025-11-25.
    Initialize,
    /// Stateless, `server/discover`, from 2026-07-28.
    Discover,
}
