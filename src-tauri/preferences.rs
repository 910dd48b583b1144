//! How the person wants the app to be on their desktop, also before the engine is open.

use std::sync::{PoisonError, RwLock};

use drawbridge_engine::{
    Engine,
    view::{DesktopPreferences, Language, Theme},
};
use tauri::WebviewUrl;

/// The preferences of the desktop as they are now.
pub struct Preferences(RwLock<DesktopPreferences>);

impl Preferences {
    /// As they were stored last.
    #[must_use]
    pub fn new(stored: DesktopPreferences) -> Self {
        Self(RwLock::new(stored))
    }

    /// As they are at this moment.
    #[must_use]
    pub fn now(&self) -> DesktopPreferences {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Takes over those of the engine. They are read under the lock, so that of several who do this at
    /// once nobody leaves older ones behind.
    pub(crate) fn follow(&self, engine: &Engine) {
        let mut now = self.0.write().unwrap_or_else(PoisonError::into_inner);
        *now = engine.preferences().desktop;
    }
}

/// The address of the pane, which tells it at once how to look and to speak.
pub(crate) fn address(desktop: &DesktopPreferences) -> WebviewUrl {
    let theme = match desktop.theme {
        Theme::System => "system",
        Theme::Light => "light",
        Theme::Dark => "dark",
    };
    let language = match desktop.language {
        Language::System => "system",
        Language::En => "en",
        Language::De => "de",
    };
    WebviewUrl::App(format!("index.html?theme={theme}&language={language}").into())
}
