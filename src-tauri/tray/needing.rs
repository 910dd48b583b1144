//! Which servers need the person, as the engine tells it.

use drawbridge_engine::view::{Event, ServerView, Status};

/// What a server needs the person for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// A new sign-in.
    SignIn,
    /// A word on more access.
    Access,
}

/// A server that needs the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Needing {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) need: Need,
}

/// All of them, whoever needed first on top.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct AllNeeding(Vec<Needing>);

impl AllNeeding {
    pub(crate) fn of(servers: &[ServerView]) -> Self {
        Self(servers.iter().filter_map(needing).collect())
    }

    pub(crate) fn servers(&self) -> &[Needing] {
        &self.0
    }

    /// Takes an event in; tells whether it changed anything.
    pub(crate) fn hear(&mut self, event: &Event) -> bool {
        match event {
            Event::ServerChanged { server } => self.put(server),
            Event::ServerRemoved { id, .. } => {
                let before = self.0.len();
                self.0.retain(|one| one.id != *id);
                self.0.len() != before
            }
            _ => false,
        }
    }

    fn put(&mut self, server: &ServerView) -> bool {
        let at = self.0.iter().position(|one| one.id == server.id);
        match (at, needing(server)) {
            (Some(at), Some(now)) => {
                let changed = self.0[at] != now;
                self.0[at] = now;
                changed
            }
            (Some(at), None) => {
                self.0.remove(at);
                true
            }
            (None, Some(now)) => {
                self.0.push(now);
                true
            }
            (None, None) => false,
        }
    }
}

fn needing(server: &ServerView) -> Option<Needing> {
    let need = match server.status {
        Status::SignInAgain => Need::SignIn,
        Status::MoreAccessNeeded => Need::Access,
        _ => return None,
    };
    Some(Needing {
        id: server.id.clone(),
        name: server.name.clone(),
        need,
    })
}

#[cfg(test)]
impl FromIterator<Needing> for AllNeeding {
    fn from_iter<T: IntoIterator<Item = Needing>>(servers: T) -> Self {
        Self(servers.into_iter().collect())
    }
}
