//! The app of a person, as an `AppImage` that is to be replaced.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt as _,
    path::PathBuf,
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

use drawbridge_desktop::update::{Source, Way};
use serde_json::{Value, json};
use tauri::{Listener as _, WebviewWindow, test::MockRuntime};
use tempfile::TempDir;
use url::Url;

use crate::{
    maker::{Maker, package},
    server::UpdateServer,
    shell::{HOME, Shell, call},
};

/// Nothing here takes as long.
const LIMIT: Duration = Duration::from_mins(1);

pub(crate) struct World {
    pub(crate) maker: Maker,
    pub(crate) server: UpdateServer,
    pub(crate) main: WebviewWindow<MockRuntime>,
    program: PathBuf,
    told: Receiver<Value>,
    restarts: Receiver<()>,
    _shell: Shell,
    _folder: TempDir,
}

impl World {
    /// Nobody has agreed to anything.
    pub(crate) fn begin() -> Self {
        let server = UpdateServer::start();
        let endpoint = server.endpoint();
        Self::asking(server, endpoint)
    }

    /// The same, with announcements in a place of their own.
    pub(crate) fn asking(server: UpdateServer, endpoint: Url) -> Self {
        Self::by(Way::Itself, server, endpoint)
    }

    pub(crate) fn by(way: Way, server: UpdateServer, endpoint: Url) -> Self {
        let maker = Maker::new();
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("Drawbridge.AppImage");
        fs::write(&program, package("0.1.0")).unwrap();
        fs::set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
        let source = Source {
            way,
            endpoint: Some(endpoint),
            key: maker.key(),
            program: Some(program.clone()),
        };
        let (begin_anew, restarts) = channel();
        let shell = Shell::updated_from(source, move |_| begin_anew.send(()).unwrap());
        let main = shell.main();
        let (tell, told) = channel();
        main.listen("drawbridge://update", move |event| {
            // The last words come when nobody listens any more.
            let _ = tell.send(serde_json::from_str(event.payload()).unwrap());
        });
        Self {
            maker,
            server,
            main,
            program,
            told,
            restarts,
            _shell: shell,
            _folder: folder,
        }
    }

    pub(crate) fn ask(&self, command: &str, arguments: Value) -> Result<Value, Value> {
        call(&self.main, HOME, &format!("plugin:{command}"), arguments)
    }

    pub(crate) fn answer(&self, command: &str, arguments: Value) -> Value {
        self.ask(command, arguments).unwrap()
    }

    /// The person says whether they want updates.
    pub(crate) fn prefer(&self, updates: &str) {
        let mut all = self.answer("servers|snapshot", json!({}))["preferences"].clone();
        all["desktop"]["updates"] = json!(updates);
        let set = json!({ "preferences": all });
        self.answer("preferences|set_preferences", set);
    }

    /// Announces a version that is signed well, and what it consists of.
    pub(crate) fn release(&self, version: &str) -> Vec<u8> {
        let package = package(version);
        let signature = self.maker.sign(&package, version);
        self.server.announce(version, &package, &signature);
        package
    }

    /// The standing as soon as it fits.
    pub(crate) fn wait(&self, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
        loop {
            let standing = self.told.recv_timeout(LIMIT);
            let standing = standing.unwrap_or_else(|_| {
                let now = self.answer("updates|standing", json!({}));
                panic!("waited for {what}: {now}")
            });
            if fits(&standing) {
                return standing;
            }
        }
    }

    pub(crate) fn wait_for_offer(&self) -> Value {
        self.wait("an offer", |standing| {
            standing["work"]["kind"] == "idle" && !standing["offer"].is_null()
        })
    }

    /// The person agrees, and is offered what is announced.
    pub(crate) fn offered(&self) -> Value {
        self.prefer("daily");
        self.wait_for_offer()
    }

    pub(crate) fn wait_for_restart(&self) {
        self.restarts.recv_timeout(LIMIT).unwrap();
    }

    /// Whether the program is as it was, and runs on.
    pub(crate) fn is_untouched(&self) -> bool {
        self.program() == package("0.1.0") && self.restarts.try_recv().is_err()
    }

    pub(crate) fn program(&self) -> Vec<u8> {
        fs::read(&self.program).unwrap()
    }

    /// Whether everybody may run the program, and its owner change it.
    pub(crate) fn is_executable(&self) -> bool {
        self.program.metadata().unwrap().permissions().mode() & 0o777 == 0o755
    }
}

/// Whether nothing is being done, and there is no failure.
pub(crate) fn well(standing: &Value) -> bool {
    standing["work"]["kind"] == "idle" && standing["error"].is_null()
}

/// Whether a standing is settled, with this failure.
pub(crate) fn failed(code: &str) -> impl Fn(&Value) -> bool + use<'_> {
    move |standing| standing["work"]["kind"] == "idle" && standing["error"]["code"] == code
}
