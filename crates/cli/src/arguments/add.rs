//! `drawbridge add`: what Drawbridge would find out or do by itself, said otherwise.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// The options of `add`.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
pub(crate) struct AddArguments {
    /// https, or http for a server on this computer
    pub(crate) url: String,
    /// What to call it; left out: made from the host
    #[arg(long, short)]
    pub(crate) name: Option<String>,
    /// What the server asks for; auto asks the server
    #[arg(long, value_enum, default_value_t)]
    pub(crate) auth: AuthChoice,
    /// Send this header with every MCP request. Others may see it in the list of processes
    #[arg(long, value_name = "NAME: VALUE")]
    pub(crate) header: Vec<String>,
    /// Read such headers from standard input, one a line
    #[arg(long, conflicts_with = "client_secret_stdin")]
    pub(crate) header_stdin: bool,
    /// The id of a client that you registered with the provider
    #[arg(long, value_name = "ID")]
    pub(crate) client_id: Option<String>,
    /// Read the secret of that client from standard input
    #[arg(long, requires = "client_id")]
    pub(crate) client_secret_stdin: bool,
    /// The private key of that client, as PEM (`private_key_jwt`)
    #[arg(long, value_name = "FILE", requires = "client_id")]
    pub(crate) client_key_file: Option<PathBuf>,
    /// Who signs in: you, or the client itself with its own secret or key
    #[arg(long, value_enum, default_value_t)]
    pub(crate) flow: FlowChoice,
    /// Ask for this scope and for no other than those given so
    #[arg(long, value_name = "S")]
    pub(crate) scope: Vec<String>,
    /// Which way back from the sign-in page the provider is told
    #[arg(long, value_enum, default_value_t)]
    pub(crate) redirect: RedirectChoice,
    /// The port of that way, on this computer
    #[arg(long, value_name = "P", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) port: Option<u16>,
    /// The path of that way: one that you have registered, in place of /callback
    #[arg(long, value_name = "PATH")]
    pub(crate) redirect_path: Option<String>,
    /// One more parameter of the authorization request
    #[arg(long, value_name = "K=V")]
    pub(crate) authorize_param: Vec<String>,
    /// Accept that the sign-in server names another issuer than expected, the next time it does
    #[arg(long)]
    pub(crate) accept_issuer: bool,
    /// Go on when the sign-in server does not say that it supports PKCE
    #[arg(long)]
    pub(crate) allow_missing_pkce: bool,
    /// Leave out the resource parameter
    #[arg(long)]
    pub(crate) no_resource: bool,
    /// The client-id metadata document that Drawbridge is known by
    #[arg(long, value_name = "URL")]
    pub(crate) client_metadata_url: Option<String>,
    /// Add it although another entry has this URL: another account
    #[arg(long, requires = "name")]
    pub(crate) same_url: bool,
}

/// `--auth`
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum AuthChoice {
    /// Find out
    #[default]
    Auto,
    /// Nothing
    None,
    /// The given headers
    Headers,
    /// A sign-in
    Oauth,
}

/// `--flow`
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum FlowChoice {
    /// A person, in a browser
    #[default]
    Person,
    /// The client, with its secret or private key
    ClientCredentials,
}

/// `--redirect`
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum RedirectChoice {
    /// The first that the provider takes
    #[default]
    Auto,
    /// The address of the app; this command cannot be reached by it
    DeepLink,
    /// `http://127.0.0.1:PORT/callback`
    Loopback,
    /// `http://localhost:PORT/callback`
    Localhost,
}
