//! Watches what a window shows, and what was copied, from the X server, so that no app has to say anything.

use std::{
    collections::hash_map::DefaultHasher,
    hash::{Hash as _, Hasher as _},
    time::Instant,
};

use anyhow::{Context as _, Result, ensure};
use tokio::sync::mpsc;
use x11rb::{
    CURRENT_TIME, NONE,
    connection::Connection as _,
    protocol::{
        Event,
        damage::{ConnectionExt as _, ReportLevel},
        xproto::{
            Atom, AtomEnum, ClientMessageEvent, ConnectionExt as _, CreateWindowAux, EventMask,
            ImageFormat, KEY_PRESS_EVENT, KEY_RELEASE_EVENT, Keycode, Keysym, Window, WindowClass,
        },
        xtest::ConnectionExt as _,
    },
    rust_connection::RustConnection,
};

use crate::Desk;

/// What the one window on the screen shows from some moment on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Picture {
    /// There is no window.
    Nothing,
    /// One colour.
    Plain,
    /// Anything else; equal pictures have equal numbers.
    Painted(u64),
}

/// A screen with at most one window on it.
#[derive(Debug, Clone)]
pub struct Screen {
    display: String,
}

/// Every change, with its moment.
pub type Changes = mpsc::UnboundedReceiver<(Instant, Picture)>;

impl Screen {
    /// The one of a desk.
    pub fn of(desk: &Desk) -> Result<Self> {
        let mut environment = desk.environment().into_iter();
        let display = environment.find(|(name, _)| *name == "DISPLAY");
        let (_, display) = display.context("a desk without a display")?;
        Ok(Self {
            display: display.to_string_lossy().into_owned(),
        })
    }

    /// Watches until the X server ends.
    pub fn watch(&self) -> Result<Changes> {
        let eye = Eye::open(&self.display)?;
        eye.connection.damage_query_version(1, 1)?.reply()?;
        let damage = eye.connection.generate_id()?;
        eye.connection
            .damage_create(damage, eye.root, ReportLevel::NON_EMPTY)?
            .check()?;
        let (tell, changes) = mpsc::unbounded_channel();
        std::thread::spawn(move || {
            while let Ok(event) = eye.connection.wait_for_event() {
                let at = Instant::now();
                if !matches!(event, Event::DamageNotify(_)) {
                    continue;
                }
                // First, so that whatever is drawn while we look is told again.
                let seen = eye.forget(damage).and_then(|()| eye.picture());
                if seen.is_ok_and(|picture| tell.send((at, picture)).is_err()) {
                    return;
                }
            }
        });
        Ok(changes)
    }

    /// Presses keys together, as a hand does that holds all but the last one down.
    pub fn press(&self, keys: &[Keysym]) -> Result<()> {
        let eye = Eye::open(&self.display)?;
        let codes = keys.iter().map(|key| eye.code_of(*key));
        let codes: Vec<Keycode> = codes.collect::<Result<_>>()?;
        let fake = |kind, code| {
            eye.connection
                .xtest_fake_input(kind, code, 0, NONE, 0, 0, 0)
        };
        for code in &codes {
            fake(KEY_PRESS_EVENT, *code)?;
        }
        for code in codes.iter().rev() {
            fake(KEY_RELEASE_EVENT, *code)?;
        }
        // An answer says that all of it has arrived.
        eye.connection.get_input_focus()?.reply()?;
        Ok(())
    }

    /// What was copied, as this kind of data: a program would paste it.
    pub fn copied(&self, media_type: &str) -> Result<Vec<u8>> {
        let eye = Eye::open(&self.display)?;
        let window = eye.connection.generate_id()?;
        let (class, any) = (WindowClass::INPUT_ONLY, CreateWindowAux::new());
        eye.connection
            .create_window(0, window, eye.root, 0, 0, 1, 1, 0, class, 0, &any)?;
        let clipboard = eye.atom(b"CLIPBOARD")?;
        let kind = eye.atom(media_type.as_bytes())?;
        eye.connection
            .convert_selection(window, clipboard, kind, kind, CURRENT_TIME)?
            .check()?;
        let place = loop {
            if let Event::SelectionNotify(answer) = eye.connection.wait_for_event()? {
                break answer.property;
            }
        };
        ensure!(place != NONE, "nothing was copied as {media_type}");
        let data = eye
            .connection
            .get_property(false, window, place, kind, 0, u32::MAX)?
            .reply()?;
        ensure!(
            data.type_ == kind,
            "it comes in parts, which nobody reads here"
        );
        Ok(data.value)
    }

    /// Closes the window as a click on its cross does.
    pub fn close_window(&self) -> Result<()> {
        let eye = Eye::open(&self.display)?;
        let window = eye.window()?.context("no window to close")?;
        let close = eye.atom(b"_NET_CLOSE_WINDOW")?;
        let message = ClientMessageEvent::new(32, window, close, [0; 5]);
        let mask = EventMask::SUBSTRUCTURE_NOTIFY | EventMask::SUBSTRUCTURE_REDIRECT;
        eye.connection
            .send_event(false, eye.root, mask, message)?
            .check()?;
        Ok(())
    }
}

struct Eye {
    connection: RustConnection,
    root: Window,
    clients: Atom,
}

impl Eye {
    fn open(display: &str) -> Result<Self> {
        let (connection, screen) = x11rb::connect(Some(display))?;
        let root = connection
            .setup()
            .roots
            .get(screen)
            .context("no screen")?
            .root;
        let mut eye = Self {
            connection,
            root,
            clients: NONE,
        };
        eye.clients = eye.atom(b"_NET_CLIENT_LIST")?;
        Ok(eye)
    }

    fn atom(&self, name: &[u8]) -> Result<Atom> {
        Ok(self.connection.intern_atom(false, name)?.reply()?.atom)
    }

    /// The key that gives this symbol without another one.
    fn code_of(&self, symbol: Keysym) -> Result<Keycode> {
        let setup = self.connection.setup();
        let first = setup.min_keycode;
        let count = setup.max_keycode - first + 1;
        let keys = self
            .connection
            .get_keyboard_mapping(first, count)?
            .reply()?;
        let mut symbols = keys.keysyms.chunks(keys.keysyms_per_keycode.into());
        let place = symbols.position(|symbols| symbols.first() == Some(&symbol));
        let place = place.with_context(|| format!("no key for {symbol:#x}"))?;
        Ok(first + Keycode::try_from(place)?)
    }

    fn forget(&self, damage: u32) -> Result<()> {
        self.connection.damage_subtract(damage, NONE, NONE)?;
        Ok(())
    }

    /// The window that the window manager knows of.
    fn window(&self) -> Result<Option<Window>> {
        let list = self
            .connection
            .get_property(false, self.root, self.clients, AtomEnum::WINDOW, 0, 1)?
            .reply()?;
        Ok(list.value32().and_then(|mut windows| windows.next()))
    }

    fn picture(&self) -> Result<Picture> {
        let Some(window) = self.window()? else {
            return Ok(Picture::Nothing);
        };
        let size = self.connection.get_geometry(window)?.reply()?;
        let image = self
            .connection
            .get_image(
                ImageFormat::Z_PIXMAP,
                window,
                0,
                0,
                size.width,
                size.height,
                !0,
            )?
            .reply();
        // A window that is on its way in or out shows nothing.
        let Ok(image) = image else {
            return Ok(Picture::Nothing);
        };
        let mut pixels = image.data.chunks_exact(4);
        let first = pixels.next();
        if pixels.all(|pixel| Some(pixel) == first) {
            return Ok(Picture::Plain);
        }
        let mut hasher = DefaultHasher::new();
        image.data.hash(&mut hasher);
        Ok(Picture::Painted(hasher.finish()))
    }
}
