//! The command line.

mod add;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;

pub(crate) use self::add::{AddArguments, AuthChoice, FlowChoice, RedirectChoice};

/// Signs you in to remote MCP servers, keeps you signed in, and runs their tools.
///
/// It works on the data of the Drawbridge app, also while the app runs. SERVER is a name, an id, the
/// beginning of an id, or an address of the list.
#[derive(Debug, Parser)]
#[command(name = "drawbridge", version, max_term_width = 100, after_help = EXITS)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXITS: &str = "Exit codes: 0 done, 1 other, 2 usage, 3 sign-in needed, 4 unreachable, \
                     5 refused by the server, 6 no vault, 7 cancelled or timed out";

/// What goes with every command.
#[derive(Debug, Args)]
pub(crate) struct Global {
    /// Answer with one JSON object on standard output, errors too
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Where the data is, instead of the app's own folder
    #[arg(long, global = true, value_name = "DIR", env = "DRAWBRIDGE_DATA_DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// Use the key in this file (mode 0600) instead of the keychain
    #[arg(long, global = true, value_name = "FILE", env = "DRAWBRIDGE_KEY_FILE")]
    pub(crate) key_file: Option<PathBuf>,
    /// Log to standard error; twice for more
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Add a server to the list
    Add(Box<AddArguments>),
    /// Sign in to a server and look at its tools; an address is added first
    Connect(ConnectArguments),
    /// List the servers
    List,
    /// Show what is stored of the servers; asks nobody
    Status {
        /// One of them alone
        server: Option<String>,
    },
    /// List the tools of a server
    Tools {
        /// Name, id or address
        server: String,
    },
    /// Run a tool
    Call(CallArguments),
    /// Sign out: forget the tokens, then give them back
    Logout {
        /// Name, id or address
        server: String,
    },
    /// Sign out, and take the server off the list
    Remove {
        /// Name, id or address
        server: String,
    },
    /// Add the servers that another program has in its configuration
    Import(ImportArguments),
    /// Print the list and the preferences as JSON, without a secret; `import` reads the list
    Export,
    /// Sign out everywhere, and forget every server, every setting and the key
    DeleteAll {
        /// Do it; nothing brings it back
        #[arg(long)]
        yes: bool,
    },
    /// Walk every step of a sign-in up to the person, and say what is found
    Doctor {
        /// Name, id or address
        server: String,
    },
    /// Print what happened to a server, for somebody who helps; asks nobody, and holds no secret
    Report {
        /// Name, id or address
        server: String,
    },
    /// Begin with a new key after the old one was lost: every sign-in has to be made again
    NewKey,
    /// Print the completions of a shell
    Completions {
        /// Which
        shell: Shell,
    },
    /// Print the manual page
    Man,
}

/// `drawbridge connect`
#[derive(Debug, Args)]
pub(crate) struct ConnectArguments {
    /// Name, id or address
    #[arg(value_name = "SERVER|URL")]
    pub(crate) server: String,
    /// Print the address of the sign-in page and take the answer on standard input
    #[arg(long)]
    pub(crate) no_browser: bool,
    /// Introduce Drawbridge to the sign-in server anew, for a page that does not know it any more
    #[arg(long)]
    pub(crate) register_again: bool,
    /// Give up after so long; a sign-in page waits for ten minutes at most
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=600))]
    pub(crate) timeout: Option<u32>,
}

/// `drawbridge call`
#[derive(Debug, Args)]
pub(crate) struct CallArguments {
    /// Name, id or address
    pub(crate) server: String,
    /// The name of the tool
    pub(crate) tool: String,
    /// Its arguments, one JSON object; @FILE reads a file, - standard input
    #[arg(
        long,
        value_name = "JSON|@FILE|-",
        default_value = "{}",
        hide_default_value = true
    )]
    pub(crate) args: String,
}

/// `drawbridge import`
#[derive(Debug, Args)]
pub(crate) struct ImportArguments {
    /// The file, such as `~/.cursor/mcp.json`; - reads standard input
    #[arg(value_name = "FILE|-")]
    pub(crate) file: String,
    /// Say what would be added, and add nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::Arguments;

    #[test]
    fn the_command_line_is_well_formed() {
        Arguments::command().debug_assert();
    }
}
