//! The shell without a screen: real access rules, real commands, a real engine, no windows.
#![expect(clippy::unwrap_used, reason = "a test ends where its ground gives way")]

use std::{path::PathBuf, sync::Arc};

use drawbridge_desktop::{
    Failure, commands, context,
    opening::Opening,
    preferences::Preferences,
    update::{self, Source, Updates, Way},
};
use drawbridge_engine::{
    AttemptId, Clock, Engine, EngineOptions, Limits, SignInPrompt, SignInSurface,
    vault::VaultChoice,
};
use serde_json::Value;
use tauri::{
    App, AppHandle, Manager as _, WebviewUrl, WebviewWindow, WebviewWindowBuilder,
    ipc::{CallbackFn, InvokeBody},
    test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder},
    webview::InvokeRequest,
};
use tempfile::TempDir;

/// What our own pages say they are.
pub(crate) const HOME: &str = if cfg!(windows) {
    "http://tauri.localhost"
} else {
    "tauri://localhost"
};

/// The app, with its data in a folder that goes when it goes.
pub(crate) struct Shell {
    app: App<MockRuntime>,
    _data: TempDir,
}

impl Shell {
    pub(crate) fn start() -> Shell {
        let nowhere = Source {
            way: Way::Hand,
            endpoint: None,
            key: String::new(),
            program: None,
        };
        Shell::updated_from(nowhere, |_| {})
    }

    /// With new versions of itself from there; `restart` is how it begins anew.
    pub(crate) fn updated_from(
        source: Source,
        restart: impl Fn(&AppHandle<MockRuntime>) + Send + Sync + 'static,
    ) -> Shell {
        let data = tempfile::tempdir().unwrap();
        let folder = data.path().to_owned();
        let opening = Opening::by(move || open_engine(folder.clone()));
        tauri::async_runtime::block_on(opening.open());
        let builder = mock_builder().plugin(tauri_plugin_updater::Builder::new().build());
        let app = commands::register(builder).build(context()).unwrap();
        let engine = tauri::async_runtime::block_on(opening.engine()).unwrap();
        app.manage(opening);
        app.manage(Preferences::new(engine.preferences().desktop));
        app.manage(Updates::new(app.handle(), source, Arc::new(restart)));
        update::check_daily(app.handle(), &engine);
        Shell { app, _data: data }
    }

    pub(crate) fn window(&self, label: &str, url: &str) -> WebviewWindow<MockRuntime> {
        let url = WebviewUrl::External(url.parse().unwrap());
        WebviewWindowBuilder::new(&self.app, label, url)
            .build()
            .unwrap()
    }

    pub(crate) fn main(&self) -> WebviewWindow<MockRuntime> {
        self.window("main", HOME)
    }
}

/// What `window`, showing `page`, is answered.
pub(crate) fn call(
    window: &WebviewWindow<MockRuntime>,
    page: &str,
    command: &str,
    arguments: Value,
) -> Result<Value, Value> {
    let request = InvokeRequest {
        cmd: command.to_owned(),
        callback: CallbackFn(0),
        error: CallbackFn(1),
        url: page.parse().unwrap(),
        body: InvokeBody::Json(arguments),
        headers: tauri::http::HeaderMap::default(),
        invoke_key: INVOKE_KEY.to_owned(),
    };
    get_ipc_response(window, request).map(|answer| answer.deserialize().unwrap())
}

/// An engine in a folder, with its key beside it and no screen.
pub(crate) async fn open_engine(data: PathBuf) -> Result<Engine, Failure> {
    let vault = VaultChoice::NewFile(data.join("key"));
    let options = EngineOptions {
        data_dir: data,
        vault,
        surface: Arc::new(NoScreen),
        clock: Clock::system(),
        limits: Limits::default(),
    };
    Ok(Engine::open(options).await?)
}

struct NoScreen;

impl SignInSurface for NoScreen {
    fn open(&self, _prompt: SignInPrompt) {}

    fn close(&self, _attempt: &AttemptId) {}
}
