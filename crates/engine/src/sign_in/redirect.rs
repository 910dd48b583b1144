//! Which redirect URI an authorization server is given, and in which order (rule R5).

use crate::ids::ServerId;
use crate::view::RedirectPin;
use drawbridge_oauth::RedirectUri;
use sha2::{Digest, Sha256};

/// What a redirect to this computer is called, where the person says nothing else.
pub(crate) const CALLBACK_PATH: &str = "/callback";

/// A kind of redirect URI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rung {
    /// The app's own scheme.
    DeepLink,
    /// `http://127.0.0.1:{port}{path}`.
    Loopback,
    /// `http://localhost:{port}{path}`, for servers that know no other name for it.
    Localhost,
}

const ALL: [Rung; 3] = [Rung::DeepLink, Rung::Loopback, Rung::Localhost];

/// Where the ports begin that clients registered by hand come back to, and how many there are: below
/// those that systems give out, so that they are seldom taken.
const BY_HAND: (u16, u16) = (20_000, 10_000);

impl Rung {
    /// As it is stored.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::DeepLink => "deep_link",
            Self::Loopback => "loopback",
            Self::Localhost => "localhost",
        }
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        ALL.into_iter().find(|rung| rung.as_str() == name)
    }

    pub(super) fn is_loopback(self) -> bool {
        self != Self::DeepLink
    }

    /// The redirect URI with a port and a path; the deep link has neither.
    pub(super) fn uri(self, port: u16, path: &str) -> RedirectUri {
        RedirectUri::new(match self.origin() {
            None => RedirectUri::DEEP_LINK.to_owned(),
            Some(origin) => format!("{origin}:{port}{path}"),
        })
    }

    /// The origin without its port; the deep link has none.
    pub(crate) fn origin(self) -> Option<&'static str> {
        match self {
            Self::DeepLink => None,
            Self::Loopback => Some("http://127.0.0.1"),
            Self::Localhost => Some("http://localhost"),
        }
    }
}

/// A redirect URI of ours, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) rung: Rung,
    /// 0 for the deep link.
    pub(super) port: u16,
    /// Empty for the deep link.
    pub(super) path: String,
}

impl Place {
    pub(super) fn of(redirect: &str) -> Option<Self> {
        ALL.into_iter().find_map(|rung| {
            let (port, path) = match rung.origin() {
                None if redirect == RedirectUri::DEEP_LINK => (0, ""),
                None => return None,
                Some(origin) => {
                    let rest = redirect.strip_prefix(origin)?.strip_prefix(':')?;
                    let (port, path) = rest.split_at(rest.find('/')?);
                    (port.parse().ok()?, path)
                }
            };
            let path = path.to_owned();
            Some(Self { rung, port, path })
        })
    }
}

/// What may be tried, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ladder {
    rungs: Vec<Rung>,
    /// This port and no other.
    pub(super) port: Option<u16>,
    /// What follows the port, where there is one.
    path: String,
    /// The person wants this rung and no other.
    pub(super) pinned: bool,
}

impl Ladder {
    /// As the person wants it; else what this issuer took before, then the others. Without a way
    /// for the app's own scheme to come back, that is no rung.
    pub(super) fn new(pin: &RedirectPin, took: Option<Rung>, deep_links: bool) -> Self {
        let only = |rung, port, path: &Option<String>| Self {
            rungs: vec![rung],
            port,
            path: path.clone().unwrap_or_else(|| CALLBACK_PATH.to_owned()),
            pinned: true,
        };
        match pin {
            RedirectPin::DeepLink => only(Rung::DeepLink, None, &None),
            RedirectPin::Loopback { port, path } => only(Rung::Loopback, *port, path),
            RedirectPin::Localhost { port, path } => only(Rung::Localhost, *port, path),
            RedirectPin::Auto => {
                let others = ALL.into_iter().filter(|&rung| Some(rung) != took);
                let in_order = took.into_iter().chain(others);
                Self {
                    rungs: in_order
                        .filter(|rung| deep_links || rung.is_loopback())
                        .collect(),
                    port: None,
                    path: CALLBACK_PATH.to_owned(),
                    pinned: false,
                }
            }
        }
    }

    /// For a client registered by hand: as the person wants it; else where it came back to, or was to
    /// be registered for; else the first that leads here.
    pub(super) fn by_hand(pin: &RedirectPin, own: Option<&str>, deep_links: bool) -> Self {
        let ladder = Self::new(pin, None, deep_links);
        let own = own.filter(|_| !ladder.pinned).and_then(Place::of);
        let Some(Place { rung, port, path }) = own else {
            return ladder;
        };
        Self {
            rungs: vec![rung],
            port: rung.is_loopback().then_some(port),
            path,
            pinned: false,
        }
    }

    pub(super) fn rungs(&self) -> impl Iterator<Item = Rung> {
        self.rungs.iter().copied()
    }

    /// Where it begins.
    pub(super) fn first(&self) -> Rung {
        self.rungs().next().unwrap_or(Rung::Loopback)
    }

    /// Whether the person lets a registration that comes back to this place be used.
    pub(super) fn admits(&self, place: &Place) -> bool {
        let here = place.rung == Rung::DeepLink || place.path == self.path;
        here && self.port.is_none_or(|wanted| wanted == place.port)
    }

    /// What follows the port of a redirect to this computer.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// The redirect URI of a client that the person registers by hand, the same every time.
    pub(super) fn uri_by_hand(&self, server: &ServerId) -> RedirectUri {
        self.first().uri(self.port_by_hand(server), &self.path)
    }

    pub(super) fn port_by_hand(&self, server: &ServerId) -> u16 {
        self.port.unwrap_or_else(|| port_by_hand(server))
    }
}

/// The redirect URI of a client registered by hand whose redirect is not pinned.
pub(crate) fn redirect_by_hand(server: &ServerId, own: Option<&str>, deep_links: bool) -> String {
    let ladder = Ladder::by_hand(&RedirectPin::Auto, own, deep_links);
    ladder.uri_by_hand(server).as_str().to_owned()
}

/// The port that a client registered by hand comes back to, where the person gave none.
pub(crate) fn port_by_hand(server: &ServerId) -> u16 {
    let digest = Sha256::digest(server.as_str());
    let (first, count) = BY_HAND;
    first + u16::from_be_bytes([digest[0], digest[1]]) % count
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use Rung::{DeepLink, Localhost, Loopback};

    // rule: R5
    #[rstest]
    #[case::from_the_top(RedirectPin::Auto, None, true, &[DeepLink, Loopback, Localhost])]
    #[case::no_deep_links(RedirectPin::Auto, None, false, &[Loopback, Localhost])]
    #[case::remembered(RedirectPin::Auto, Some(Localhost), true, &[Localhost, DeepLink, Loopback])]
    #[case::of_the_app(RedirectPin::Auto, Some(DeepLink), false, &[Loopback, Localhost])]
    #[case::pinned(RedirectPin::Localhost { port: None, path: None }, Some(Loopback), true, &[Localhost])]
    #[case::pinned_link(RedirectPin::DeepLink, None, false, &[DeepLink])]
    fn the_ladder_has_an_order(
        #[case] pin: RedirectPin,
        #[case] took: Option<Rung>,
        #[case] deep_links: bool,
        #[case] expected: &[Rung],
    ) {
        let ladder = Ladder::new(&pin, took, deep_links);
        assert_eq!(ladder.rungs().collect::<Vec<_>>(), expected);
    }

    // rule: R6
    #[rstest]
    #[case("dev.drawbridge.desktop:/oauth/callback", Some((DeepLink, 0, "")))]
    #[case("http://127.0.0.1:8123/callback", Some((Loopback, 8123, "/callback")))]
    #[case("http://localhost:8123/callback", Some((Localhost, 8123, "/callback")))]
    #[case("http://127.0.0.1:80/callback", Some((Loopback, 80, "/callback")))]
    #[case("http://localhost:8123/oauth/return", Some((Localhost, 8123, "/oauth/return")))]
    #[case("http://localhost:8123", None)]
    #[case("http://localhost/callback", None)]
    #[case("http://127.0.0.1.example:80/callback", None)]
    #[case("not a URL", None)]
    fn a_redirect_keeps_its_kind_its_port_and_its_path(
        #[case] redirect: &str,
        #[case] expected: Option<(Rung, u16, &str)>,
    ) {
        let place = Place::of(redirect);
        let parts = place
            .as_ref()
            .map(|at| (at.rung, at.port, at.path.as_str()));
        assert_eq!(parts, expected);
        if let Some(Place { rung, port, path }) = place {
            assert_eq!(rung.uri(port, &path).as_str(), redirect);
        }
    }

    // rule: R6
    #[test]
    fn a_port_by_hand_is_the_same_every_time_unless_the_person_has_one() {
        let server = ServerId::random();
        let port = |pin| Ladder::new(&pin, None, false).port_by_hand(&server);
        let own = port(RedirectPin::Auto);
        let (unsaid, said) = ((None, None), (Some(4321), None));
        let localhost = |(port, path)| RedirectPin::Localhost { port, path };
        assert_eq!(port(localhost(unsaid)), own);
        assert!((20_000..30_000).contains(&own));
        assert_eq!(port(localhost(said)), 4321);
    }
}
