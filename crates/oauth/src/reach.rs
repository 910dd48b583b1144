//! How far the requests for one MCP server may reach (rule N2).

/// Where an MCP server is decides where its metadata may point to: nobody on the internet may make
/// this computer ask something of its own network.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Reach {
    /// The server is on the internet, and so is everything that it names.
    #[default]
    Public,
    /// The server is on a private network: what it names may be there too.
    Private,
    /// The server is on this computer: what it names may be here too, and without TLS.
    Loopback,
}

impl Reach {
    /// Whether http to this computer is as good as https.
    #[must_use]
    pub fn allows_plain_http(self) -> bool {
        self == Self::Loopback
    }

    /// Whether addresses that are not of the internet may be reached.
    #[must_use]
    pub fn allows_private(self) -> bool {
        self != Self::Public
    }
}
