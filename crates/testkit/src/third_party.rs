//! Servers of other houses: npm `oidc-provider` and a server on npm `@modelcontextprotocol/sdk` or on
//! `PyPI` `mcp`, in one Node process (and one of Python) that ends with its handle. They live in
//! `tests/third_party/`.

use std::{
    io,
    path::{Path, PathBuf},
    process::Stdio,
};

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout, Command},
    sync::Mutex,
};
use url::Url;

use crate::{Person, PersonError};

/// What the MCP server is built on. Its tools are the same: `echo`, `add` and `whoami`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sdk {
    /// npm `@modelcontextprotocol/sdk`.
    TypeScript,
    /// `PyPI` `mcp`.
    Python,
}

/// A handle on the running process.
#[derive(Debug)]
pub struct ThirdParty {
    mcp: Url,
    issuer: String,
    wire: Mutex<Wire>,
    /// Killed when dropped.
    _process: Child,
}

#[derive(Debug)]
struct Wire {
    orders: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

/// What the authorization server did, counted at its own door.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct ThirdPartyCounters {
    /// Clients registered.
    pub registrations: usize,
    /// Codes exchanged.
    pub token_exchanges: usize,
    /// Refreshes done.
    pub refreshes: usize,
    /// Revocations answered well.
    pub revocations: usize,
}

/// Why the third parties do not run.
#[derive(Debug, thiserror::Error)]
pub enum ThirdPartyError {
    /// Their packages are not there.
    #[error("{} is missing: run `npm ci` in {}, or `cargo xtask test`", modules.display(), folder.display())]
    NotInstalled {
        /// Where `package.json` lies.
        folder: PathBuf,
        /// What is missing there.
        modules: PathBuf,
    },
    /// The Python environment is not there.
    #[error("{} is missing: run `cargo xtask test`", python.display())]
    NoPython {
        /// The interpreter that would be there.
        python: PathBuf,
    },
    /// Node did not start.
    #[error("node did not start; is Node 20 or later installed?")]
    Node(#[source] io::Error),
    /// The process has ended or says what nobody understands.
    #[error("the Node process does not answer; its standard error says why")]
    Silent,
}

#[derive(Deserialize)]
struct Addresses {
    mcp: String,
    issuer: String,
}

impl ThirdParty {
    /// Starts both servers on free ports.
    pub async fn start(sdk: Sdk) -> Result<Self, ThirdPartyError> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        Self::start_in(&root, sdk).await
    }

    async fn start_in(root: &Path, sdk: Sdk) -> Result<Self, ThirdPartyError> {
        let folder = root.join("tests/third_party");
        let modules = folder.join("node_modules");
        if !modules.is_dir() {
            return Err(ThirdPartyError::NotInstalled { folder, modules });
        }
        let python = match sdk {
            Sdk::TypeScript => None,
            Sdk::Python => Some(python(root)?),
        };
        let mut process = Command::new("node")
            .arg("server.mjs")
            .args(python)
            .current_dir(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(ThirdPartyError::Node)?;
        let orders = process.stdin.take().ok_or(ThirdPartyError::Silent)?;
        let answers = process.stdout.take().ok_or(ThirdPartyError::Silent)?;
        let mut wire = Wire {
            orders,
            answers: BufReader::new(answers).lines(),
        };
        let Addresses { mcp, issuer } = wire.read().await?;
        let mcp = Url::parse(&mcp).map_err(|_| ThirdPartyError::Silent)?;
        Ok(Self {
            mcp,
            issuer,
            wire: Mutex::new(wire),
            _process: process,
        })
    }

    /// The MCP endpoint.
    #[must_use]
    pub fn mcp_url(&self) -> Url {
        self.mcp.clone()
    }

    /// The authorization server's issuer.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Signs in and allows; the callback URL is returned, not visited.
    pub async fn person_follow(&self, authorization_url: &str) -> Result<String, PersonError> {
        Person::ada().follow(authorization_url).await
    }

    /// Every grant is at an end, with all its tokens.
    pub async fn revoke_grants(&self) -> Result<(), ThirdPartyError> {
        self.order(json!({ "do": "revoke_grants" })).await.map(drop)
    }

    /// Every access token is refused from now on; refresh tokens live on.
    pub async fn expire_access_tokens(&self) -> Result<(), ThirdPartyError> {
        self.order(json!({ "do": "expire_access_tokens" }))
            .await
            .map(drop)
    }

    /// How long access tokens live from now on.
    pub async fn access_token_seconds(&self, seconds: u32) -> Result<(), ThirdPartyError> {
        self.order(json!({ "do": "access_token_seconds", "seconds": seconds }))
            .await
            .map(drop)
    }

    /// The MCP server forgets its sessions: their next requests get 404.
    pub async fn drop_sessions(&self) -> Result<(), ThirdPartyError> {
        self.order(json!({ "do": "drop_sessions" })).await.map(drop)
    }

    /// Every secret issued or shown so far.
    pub async fn secrets(&self) -> Result<Vec<String>, ThirdPartyError> {
        let secrets = self.order(json!({ "do": "secrets" })).await?;
        serde_json::from_value(secrets).map_err(|_| ThirdPartyError::Silent)
    }

    /// What was done so far.
    pub async fn counters(&self) -> Result<ThirdPartyCounters, ThirdPartyError> {
        let counters = self.order(json!({ "do": "counters" })).await?;
        serde_json::from_value(counters).map_err(|_| ThirdPartyError::Silent)
    }

    async fn order(&self, order: Value) -> Result<Value, ThirdPartyError> {
        let mut wire = self.wire.lock().await;
        let line = format!("{order}\n");
        wire.orders
            .write_all(line.as_bytes())
            .await
            .map_err(|_| ThirdPartyError::Silent)?;
        let answer: Value = wire.read().await?;
        Ok(answer.get("result").cloned().unwrap_or_default())
    }
}

/// Of the environment that `cargo xtask test` makes.
fn python(root: &Path) -> Result<PathBuf, ThirdPartyError> {
    let python = root.join("target/third_party/venv/bin/python");
    if python.exists() {
        Ok(python)
    } else {
        Err(ThirdPartyError::NoPython { python })
    }
}

impl Wire {
    async fn read<T: for<'de> Deserialize<'de>>(&mut self) -> Result<T, ThirdPartyError> {
        let line = self
            .answers
            .next_line()
            .await
            .ok()
            .flatten()
            .ok_or(ThirdPartyError::Silent)?;
        serde_json::from_str(&line).map_err(|_| ThirdPartyError::Silent)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Sdk, ThirdParty, python};

    #[tokio::test]
    async fn without_its_packages_the_error_says_what_to_run() {
        let error = ThirdParty::start_in(Path::new("/nowhere"), Sdk::TypeScript)
            .await
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "/nowhere/tests/third_party/node_modules is missing: run `npm ci` in \
             /nowhere/tests/third_party, or `cargo xtask test`"
        );
        assert_eq!(
            python(Path::new("/nowhere")).unwrap_err().to_string(),
            "/nowhere/target/third_party/venv/bin/python is missing: run `cargo xtask test`"
        );
    }
}
