//! What a person knows of a server beforehand: the suite gives it as JSON.

use std::error::Error;

use drawbridge_engine::view::{
    AuthKind, Detection, NewServer, SecretChange, SignInFlow, SignInOptions, ToolView,
};
use serde::Deserialize;
use serde_json::Value;

use crate::arguments;

/// `MCP_CONFORMANCE_CONTEXT`, as far as a client that is told of by a person needs it.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Context {
    #[serde(rename = "client_id")]
    client_id: Option<String>,
    #[serde(rename = "client_secret")]
    client_secret: Option<String>,
    #[serde(rename = "private_key_pem")]
    private_key_pem: Option<String>,
    tool_calls: Vec<Call>,
}

/// A call of a tool.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Call {
    pub(crate) name: String,
    pub(crate) arguments: Value,
}

impl Context {
    pub(crate) fn from_environment() -> Result<Self, Box<dyn Error>> {
        match std::env::var("MCP_CONFORMANCE_CONTEXT") {
            Ok(text) => Ok(serde_json::from_str(&text)?),
            Err(_) => Ok(Self::default()),
        }
    }

    /// The server as the person adds it. What could not be detected is tried without a sign-in.
    pub(crate) fn server(&self, detection: &Detection) -> NewServer {
        let auth = match detection.auth {
            Some(AuthKind::OAuth) => AuthKind::OAuth,
            _ if self.client_id.is_some() => AuthKind::OAuth,
            _ => AuthKind::None,
        };
        let secret = |value: &Option<String>| value.clone().map_or_else(Default::default, set);
        NewServer {
            sign_in: SignInOptions {
                client_id: self.client_id.clone(),
                flow: flow(),
                ..SignInOptions::default()
            },
            client_secret: secret(&self.client_secret),
            client_key: secret(&self.private_key_pem),
            ..NewServer::at(&detection.url, auth)
        }
    }

    /// The calls that the suite asks for; else every tool, with arguments that its schema takes.
    pub(crate) fn calls(&self, tools: &[ToolView]) -> Vec<Call> {
        if !self.tool_calls.is_empty() {
            return self.tool_calls.clone();
        }
        let call = |tool: &ToolView| Call {
            name: tool.name.clone(),
            arguments: arguments::for_schema(&tool.input_schema),
        };
        tools.iter().map(call).collect()
    }
}

fn set(value: String) -> SecretChange {
    SecretChange::Set(value)
}

/// Whether the client signs in for itself is the choice of whoever configures it.
fn flow() -> SignInFlow {
    if std::env::args().any(|argument| argument == "--client-credentials") {
        SignInFlow::ClientCredentials
    } else {
        SignInFlow::Person
    }
}
