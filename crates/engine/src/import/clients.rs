//! Where the programs of this computer keep their lists of servers.

use std::path::{Path, PathBuf};

/// The folders that programs keep their settings in.
#[derive(Debug, Clone)]
pub struct Homes {
    /// The person's own folder.
    pub home: PathBuf,
    /// The platform's folder for settings (`~/.config`, `~/Library/Application Support`, `%APPDATA%`).
    pub config: PathBuf,
}

impl Homes {
    /// Those of whoever runs this program; nothing where the platform names none.
    #[must_use]
    pub fn of_this_person() -> Option<Self> {
        Some(Self {
            home: dirs::home_dir()?,
            config: dirs::config_dir()?,
        })
    }
}

/// Below which folder a file is.
#[derive(Debug, Clone, Copy)]
enum Below {
    Home,
    Config,
    /// `~/.config` also where the platform has another folder for settings.
    DotConfig,
}

/// A file that a program is known to keep a list in.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) id: &'static str,
    pub(super) client: &'static str,
    below: Below,
    path: &'static str,
}

const fn known(id: &'static str, client: &'static str, below: Below, path: &'static str) -> Known {
    Known {
        id,
        client,
        below,
        path,
    }
}

/// Each by the documentation of its program.
pub(super) const KNOWN: [Known; 22] = {
    use Below::{Config, DotConfig, Home};
    [
        known(
            "claude-desktop",
            "Claude Desktop",
            Config,
            "Claude/claude_desktop_config.json",
        ),
        known("claude-code", "Claude Code", Home, ".claude.json"),
        known("cursor", "Cursor", Home, ".cursor/mcp.json"),
        known("vscode", "VS Code", Config, "Code/User/mcp.json"),
        // Before it had a file of its own.
        known(
            "vscode-settings",
            "VS Code",
            Config,
            "Code/User/settings.json",
        ),
        known(
            "vscode-insiders",
            "VS Code Insiders",
            Config,
            "Code - Insiders/User/mcp.json",
        ),
        known(
            "windsurf",
            "Windsurf",
            Home,
            ".codeium/windsurf/mcp_config.json",
        ),
        known("codex", "Codex", Home, ".codex/config.toml"),
        known("gemini-cli", "Gemini CLI", Home, ".gemini/settings.json"),
        known("zed", "Zed", DotConfig, "zed/settings.json"),
        known("zed-windows", "Zed", Config, "Zed/settings.json"),
        known(
            "cline",
            "Cline",
            Config,
            "Code/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json",
        ),
        known(
            "roo-code",
            "Roo Code",
            Config,
            "Code/User/globalStorage/rooveterinaryinc.roo-cline/settings/mcp_settings.json",
        ),
        known("continue", "Continue", Home, ".continue/config.yaml"),
        // Before it wrote YAML.
        known("continue-json", "Continue", Home, ".continue/config.json"),
        known("opencode", "opencode", DotConfig, "opencode/opencode.json"),
        known("lm-studio", "LM Studio", Home, ".lmstudio/mcp.json"),
        known("kiro", "Kiro", Home, ".kiro/settings/mcp.json"),
        known("amazon-q", "Amazon Q", Home, ".aws/amazonq/mcp.json"),
        known(
            "copilot-cli",
            "Copilot CLI",
            Home,
            ".copilot/mcp-config.json",
        ),
        known("junie", "Junie", Home, ".junie/mcp/mcp.json"),
        known("amp", "Amp", DotConfig, "amp/settings.json"),
    ]
};

impl Known {
    pub(super) fn is_yaml(&self) -> bool {
        Path::new(self.path)
            .extension()
            .is_some_and(|extension| extension == "yaml")
    }

    pub(super) fn path(&self, homes: &Homes) -> PathBuf {
        let folder = match self.below {
            Below::Home => homes.home.clone(),
            Below::Config => homes.config.clone(),
            // On Linux it may have been moved.
            Below::DotConfig if cfg!(target_os = "linux") => homes.config.clone(),
            Below::DotConfig => homes.home.join(".config"),
        };
        folder.join(self.path)
    }
}

/// A path as it is shown: `~` for the person's own folder.
pub(super) fn shown(path: &Path, homes: &Homes) -> String {
    match path.strip_prefix(&homes.home) {
        Ok(rest) => Path::new("~").join(rest).display().to_string(),
        Err(_) => path.display().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::HashSet, path::MAIN_SEPARATOR};

    use super::*;

    #[test]
    fn every_file_has_an_id_and_a_place_of_its_own() {
        let homes = Homes {
            home: "/home/ada".into(),
            config: "/home/ada/.config".into(),
        };
        let ids: HashSet<_> = KNOWN.iter().map(|known| known.id).collect();
        let paths: HashSet<_> = KNOWN.iter().map(|known| known.path(&homes)).collect();
        assert_eq!((ids.len(), paths.len()), (KNOWN.len(), KNOWN.len()));
        let cursor = KNOWN.iter().find(|known| known.id == "cursor").unwrap();
        let told = shown(&cursor.path(&homes), &homes);
        assert_eq!(told.replace(MAIN_SEPARATOR, "/"), "~/.cursor/mcp.json");
    }
}
