//! Who is examined.

use url::Url;

use crate::error::Error;
use crate::ids::ServerId;
use crate::store::ServerRow;
use crate::view::{AuthKind, SignInOptions};

pub(crate) struct Patient {
    pub(super) url: Url,
    /// As it is in the list; else as it would be there, with nothing that anybody has set.
    pub(super) server: ServerRow,
    pub(super) listed: bool,
}

impl Patient {
    /// One of the list.
    pub(crate) fn listed(server: ServerRow) -> Result<Self, Error> {
        Ok(Self {
            url: Url::parse(&server.url).map_err(|_| Error::Corrupt)?,
            server,
            listed: true,
        })
    }

    /// An address that is not in the list.
    pub(crate) fn at(url: Url) -> Self {
        let server = ServerRow {
            id: ServerId::random(),
            name: String::new(),
            url: url.to_string(),
            description: String::new(),
            enabled: true,
            auth: AuthKind::None,
            timeout_seconds: 0,
            era: None,
            sign_in: SignInOptions::default(),
            client_secret: None,
            client_key: None,
        };
        Self {
            url,
            server,
            listed: false,
        }
    }

    /// Whether it is in the list as one that is signed in to.
    pub(super) fn signs_in(&self) -> bool {
        self.server.auth == AuthKind::OAuth
    }
}
