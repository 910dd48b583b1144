//! What is said of an entry.

use crate::view::ErrorView;

/// Why an entry cannot be added.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// It starts a program on this computer.
    #[error("It runs a program on this computer ({program}).")]
    RunsHere {
        /// The name of the program, without its arguments.
        program: String,
    },
    /// It belongs to an extension of the editor.
    #[error("It is run by an extension of the editor.")]
    Extension,
    /// It names neither an address nor a program.
    #[error("It names no address.")]
    NoAddress,
    /// It is a number, a flag or nothing.
    #[error("It describes no server.")]
    NotAnObject,
    /// The address cannot be used.
    #[error("Its address cannot be used: {why}.")]
    BadAddress {
        /// What is wrong with it.
        why: &'static str,
    },
    /// A part of the address is filled in by the other program.
    #[error("A part of its address is still to be filled in{}.", of(.name.as_ref()))]
    AddressNeedsValue {
        /// What that part is called.
        name: Option<String>,
    },
    /// An earlier entry has the same address and the same headers.
    #[error("It is the same as {name}.")]
    SameAsEarlier {
        /// That entry.
        name: String,
    },
    /// A server of the list has this address.
    #[error("{name} already has this address.")]
    AlreadyThere {
        /// That server.
        name: String,
    },
    /// The person did not choose it.
    #[error("It was not chosen.")]
    NotChosen,
    /// A name was chosen that no entry has.
    #[error("The text has no entry of this name.")]
    NotInText,
}

impl Reason {
    /// A stable name for the case, never translated.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::RunsHere { .. } => "runs_here",
            Self::Extension => "extension",
            Self::NoAddress => "no_address",
            Self::NotAnObject => "not_an_object",
            Self::BadAddress { .. } => "bad_address",
            Self::AddressNeedsValue { .. } => "address_needs_value",
            Self::SameAsEarlier { .. } => "same_as_earlier",
            Self::AlreadyThere { .. } => "already_there",
            Self::NotChosen => "not_chosen",
            Self::NotInText => "not_in_text",
        }
    }

    /// The reason as front ends show it.
    #[must_use]
    pub fn view(&self) -> ErrorView {
        let remedy = match self {
            Self::RunsHere { .. } | Self::Extension => {
                "Leave it where it is: Drawbridge is for servers with an address."
            }
            Self::NoAddress | Self::NotAnObject => "Add it by hand if it has an address.",
            Self::BadAddress { .. } => "Mend the address and import it again.",
            Self::AddressNeedsValue { .. } => "Add it by hand with its whole address.",
            Self::AlreadyThere { .. } => "Choose it by name to add it beside that one.",
            Self::NotInText => "Use a name from the preview.",
            Self::SameAsEarlier { .. } | Self::NotChosen => "",
        };
        view(self.code(), self.to_string(), remedy)
    }
}

/// What the person should know about an entry that can be added.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Warning {
    /// It is set up for HTTP with SSE (MCP 2024-11-05).
    #[error("It is set up for SSE, an older transport that Drawbridge does not speak.")]
    Sse,
    /// A header has no value that could be sent.
    #[error("The header {header} needs a value{}.", of(.from.as_ref()))]
    HeaderNeedsValue {
        /// Its name.
        header: String,
        /// What the value is called there.
        from: Option<String>,
    },
    /// A header cannot be sent.
    #[error("The header {header} is left out: {why}.")]
    HeaderLeftOut {
        /// Its name.
        header: String,
        /// Why.
        why: &'static str,
    },
    /// Client id or secret is filled in by the other program.
    #[error("Its client id or secret is still to be filled in.")]
    ClientLeftOut,
    /// A person had trusted the server with more than it states (rules A2, A3).
    #[error("What it was trusted with is left out.")]
    TrustLeftOut,
    /// It is switched off there.
    #[error("It is switched off there, and will be here.")]
    SwitchedOff,
    /// Its name cannot be shown.
    #[error("Its name cannot be used; it gets one from its address.")]
    NameChanged,
    /// Another entry has its name.
    #[error("Another entry has the same name.")]
    SameName,
    /// An earlier entry has its address, with other headers.
    #[error("{name} has the same address.")]
    SameAddress {
        /// That entry.
        name: String,
    },
}

impl Warning {
    /// A stable name for the case, never translated.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Sse => "sse",
            Self::HeaderNeedsValue { .. } => "header_needs_value",
            Self::HeaderLeftOut { .. } => "header_left_out",
            Self::ClientLeftOut => "client_left_out",
            Self::TrustLeftOut => "trust_left_out",
            Self::SwitchedOff => "switched_off",
            Self::NameChanged => "name_changed",
            Self::SameName => "same_name",
            Self::SameAddress { .. } => "same_address",
        }
    }

    /// The warning as front ends show it.
    #[must_use]
    pub fn view(&self) -> ErrorView {
        let remedy = match self {
            Self::Sse => {
                "If it does not connect, use its address for Streamable HTTP; it often ends in /mcp."
            }
            Self::HeaderNeedsValue { .. } | Self::ClientLeftOut => {
                "Fill it in in the settings of the server."
            }
            Self::TrustLeftOut => {
                "Give it again in the settings of the server, if it is still needed."
            }
            Self::SameName | Self::SameAddress { .. } => "Give it another name to tell them apart.",
            Self::HeaderLeftOut { .. } | Self::SwitchedOff | Self::NameChanged => "",
        };
        view(self.code(), self.to_string(), remedy)
    }
}

fn of(name: Option<&String>) -> String {
    name.map(|name| format!(" ({name})")).unwrap_or_default()
}

fn view(code: &str, message: String, remedy: &str) -> ErrorView {
    ErrorView {
        code: code.to_owned(),
        message,
        remedy: (!remedy.is_empty()).then(|| remedy.to_owned()),
    }
}
