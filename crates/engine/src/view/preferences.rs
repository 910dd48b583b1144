//! What the person prefers for every server.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Surface;

/// How requests leave this computer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum ProxyChoice {
    /// As the system says.
    #[default]
    System,
    /// Directly.
    None,
    /// Through this one.
    Url {
        /// `http://host:port` or `socks5://host:port`.
        url: String,
    },
}

/// Light or dark.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Theme {
    /// As the system is.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// The language that the app speaks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Language {
    /// That of the system, if there is a translation; else English.
    #[default]
    System,
    /// English.
    En,
    /// German.
    De,
}

/// Whether the app looks for new versions of itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum UpdateChecks {
    /// Not before the person has answered.
    #[default]
    Unasked,
    /// Once a day.
    Daily,
    /// Never.
    Never,
}

/// How the app behaves on its desktop. The engine keeps it, and uses none of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export)]
pub struct DesktopPreferences {
    /// See [`Theme`].
    pub theme: Theme,
    /// See [`Language`].
    pub language: Language,
    /// Whether servers that need the person are told of outside the window.
    pub notifications: bool,
    /// Whether the app goes on in the tray when its window is closed.
    pub keep_in_tray: bool,
    /// See [`UpdateChecks`].
    pub updates: UpdateChecks,
}

impl Default for DesktopPreferences {
    fn default() -> Self {
        Self {
            theme: Theme::System,
            language: Language::System,
            notifications: true,
            keep_in_tray: false,
            updates: UpdateChecks::Unasked,
        }
    }
}

/// The preferences that the engine knows of; stored in its database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export)]
pub struct Preferences {
    /// Where sign-in pages open, unless a server has its own wish.
    pub surface: Surface,
    /// The client-id metadata document that Drawbridge is known by (rule R1).
    pub client_metadata_url: Option<String>,
    /// A PEM file of certificates to trust beside the system's (rule N3).
    pub extra_ca_file: Option<String>,
    /// See [`ProxyChoice`].
    pub proxy: ProxyChoice,
    /// See [`DesktopPreferences`].
    pub desktop: DesktopPreferences,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            surface: Surface::Popup,
            client_metadata_url: None,
            extra_ca_file: None,
            proxy: ProxyChoice::System,
            desktop: DesktopPreferences::default(),
        }
    }
}
