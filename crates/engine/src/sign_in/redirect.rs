//! Which redirect URI an authorization server is given, and in which order (rule R5).

use drawbridge_oauth::RedirectUri;
use sha2::{Digest, Sha256};
use url::Url;

use super::loopback::CALLBACK_PATH;
use crate::ids::ServerId;
use crate::view::RedirectPin;

/// A kind of redirect URI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rung {
    /// The app's own scheme.
    DeepLink,
    /// `http://127.0.0.1:{port}/callback`.
    Loopback,
    /// `http://localhost:{port}/callback`, for servers that know no other name for it.
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

    /// The redirect URI with a port; the deep link has none.
    pub(super) fn uri(self, port: u16) -> RedirectUri {
        RedirectUri::new(match self {
            Self::DeepLink => RedirectUri::DEEP_LINK.to_owned(),
            Self::Loopback => format!("http://127.0.0.1:{port}{CALLBACK_PATH}"),
            Self::Localhost => format!("http://localhost:{port}{CALLBACK_PATH}"),
        })
    }

    /// The kind and the port of a redirect URI of ours.
    pub(super) fn of(redirect: &str) -> Option<(Self, u16)> {
        // A URL type leaves out the port that its scheme stands for.
        let port = Url::parse(redirect).ok()?.port_or_known_default();
        let port = port.unwrap_or(0);
        let rung = ALL
            .into_iter()
            .find(|rung| rung.uri(port).as_str() == redirect)?;
        Some((rung, port))
    }
}

/// What may be tried, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ladder {
    rungs: Vec<Rung>,
    /// The person wants this port and no other.
    pub(super) port: Option<u16>,
    /// The person wants this rung and no other.
    pub(super) pinned: bool,
}

impl Ladder {
    /// As the person wants it; else what this issuer took before, then the others. Without a way
    /// for the app's own scheme to come back, that is no rung.
    pub(super) fn new(pin: &RedirectPin, took: Option<Rung>, deep_links: bool) -> Self {
        let only = |rung, port| Self {
            rungs: vec![rung],
            port,
            pinned: true,
        };
        match *pin {
            RedirectPin::DeepLink => only(Rung::DeepLink, None),
            RedirectPin::Loopback { port } => only(Rung::Loopback, port),
            RedirectPin::Localhost { port } => only(Rung::Localhost, port),
            RedirectPin::Auto => {
                let others = ALL.into_iter().filter(|&rung| Some(rung) != took);
                let in_order = took.into_iter().chain(others);
                Self {
                    rungs: in_order
                        .filter(|rung| deep_links || rung.is_loopback())
                        .collect(),
                    port: None,
                    pinned: false,
                }
            }
        }
    }

    pub(super) fn rungs(&self) -> impl Iterator<Item = Rung> {
        self.rungs.iter().copied()
    }

    /// Where it begins.
    pub(super) fn first(&self) -> Rung {
        self.rungs().next().unwrap_or(Rung::Loopback)
    }

    /// Whether the person lets a registration with this port be used.
    pub(super) fn admits(&self, port: u16) -> bool {
        self.port.is_none_or(|wanted| wanted == port)
    }

    /// The redirect URI of a client that the person registers by hand, the same every time.
    pub(super) fn by_hand(&self, server: &ServerId) -> RedirectUri {
        self.first().uri(self.port_by_hand(server))
    }

    pub(super) fn port_by_hand(&self, server: &ServerId) -> u16 {
        self.port.unwrap_or_else(|| port_by_hand(server))
    }
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
    #[case::pinned(RedirectPin::Localhost { port: None }, Some(Loopback), true, &[Localhost])]
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
    #[case("dev.drawbridge.desktop:/oauth/callback", Some((DeepLink, 0)))]
    #[case("http://127.0.0.1:8123/callback", Some((Loopback, 8123)))]
    #[case("http://localhost:8123/callback", Some((Localhost, 8123)))]
    #[case("http://127.0.0.1:80/callback", Some((Loopback, 80)))]
    #[case("http://localhost:8123/elsewhere", None)]
    #[case("not a URL", None)]
    fn a_redirect_keeps_its_kind_and_port(
        #[case] redirect: &str,
        #[case] expected: Option<(Rung, u16)>,
    ) {
        assert_eq!(Rung::of(redirect), expected);
    }

    // rule: R6
    #[test]
    fn a_port_by_hand_is_the_same_every_time_unless_the_person_has_one() {
        let server = ServerId::random();
        let port = |pin| Ladder::new(&pin, None, false).port_by_hand(&server);
        let own = port(RedirectPin::Auto);
        assert_eq!(port(RedirectPin::Localhost { port: None }), own);
        assert!((20_000..30_000).contains(&own));
        assert_eq!(port(RedirectPin::Loopback { port: Some(4321) }), 4321);
    }
}
