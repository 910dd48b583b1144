//! What the registry offers.

use serde::Serialize;
use ts_rs::TS;

/// A part of what was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RegistryPage {
    /// The servers that have an address.
    pub servers: Vec<RegistryServer>,
    /// Where the next part begins, if there is one.
    pub next: Option<String>,
}

/// A server of the registry. All of it are the words of whoever published it, cut and cleaned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RegistryServer {
    /// Its name in the registry: `com.example/search`.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// What it does.
    pub description: String,
    /// Its version.
    pub version: String,
    /// Its addresses; at least one.
    pub remotes: Vec<RegistryRemote>,
}

/// An address of a server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RegistryRemote {
    /// How it is spoken to.
    pub transport: Transport,
    /// The address; `{name}` stands for a variable.
    pub url: String,
    /// What a server at this address would be called; nothing while a variable is open.
    pub name: Option<String>,
    /// What has to be put into the address first.
    pub variables: Vec<RegistryInput>,
    /// Headers that it reads.
    pub headers: Vec<RegistryHeader>,
}

/// How a server is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Transport {
    /// Streamable HTTP, which Drawbridge speaks.
    StreamableHttp,
    /// HTTP with SSE (MCP 2024-11-05), which it does not.
    Sse,
}

/// A value that the person gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RegistryInput {
    /// What it is called.
    pub name: String,
    /// What it is.
    pub description: Option<String>,
    /// Whether it does not go without.
    pub required: bool,
    /// Whether it is a secret.
    pub secret: bool,
    /// What it is unless somebody says otherwise.
    pub default: Option<String>,
    /// What one looks like.
    pub placeholder: Option<String>,
    /// What it may be; empty where it may be anything.
    pub choices: Vec<String>,
}

/// A header that a server reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RegistryHeader {
    /// What the person gives for it.
    pub input: RegistryInput,
    /// What it always is, where nobody needs to say.
    pub value: Option<String>,
}
