//! What is the case, as whoever sees everything knows it.

use super::step::Network;

/// The grant of the one server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grant {
    None,
    /// It is good, whatever the age of its access token.
    Good,
    /// It cannot be used any more, and nobody has found out yet.
    Spoilt,
    /// It was found out.
    Over,
}

#[derive(Debug)]
pub(super) struct Truth {
    /// Whether the server is in the list.
    pub(super) listed: bool,
    pub(super) grant: Grant,
    pub(super) network: Network,
    /// Whether the access token may be at its end.
    pub(super) stale: bool,
    pub(super) rotating: bool,
    pub(super) sign_ins: usize,
    /// How often a refresh had a reason.
    pub(super) expiries: usize,
    /// How often a spent refresh token may be shown: once for each answer that died with a process.
    pub(super) lost_answers: usize,
    /// Grants that may live on at their server since nobody could tell it.
    pub(super) strays: usize,
}

impl Default for Truth {
    fn default() -> Self {
        Self {
            listed: true,
            grant: Grant::None,
            network: Network::Up,
            stale: false,
            rotating: true,
            sign_ins: 0,
            expiries: 0,
            lost_answers: 0,
            strays: 0,
        }
    }
}

impl Truth {
    /// How a call may end: well, or with one of these codes.
    pub(super) fn answers(&self) -> (bool, &'static [&'static str]) {
        const AWAY: &[&str] = &["unreachable", "sign_in_unavailable", "interrupted"];
        if !self.listed {
            return (false, &["unknown_server"]);
        }
        match (self.grant, self.network) {
            (Grant::None, _) => (false, &["sign_in_needed"]),
            (Grant::Over, _) | (Grant::Spoilt, Network::Up) => (false, &["reauth_required"]),
            (_, Network::Down) | (Grant::Spoilt, Network::NoRenewals) => (false, AWAY),
            (Grant::Good, Network::NoRenewals) if self.stale => (true, AWAY),
            (Grant::Good, Network::Up | Network::NoRenewals) => (true, &[]),
        }
    }

    pub(super) fn expire(&mut self) {
        self.expiries += 1;
        self.stale = true;
    }

    /// What a call has shown.
    pub(super) fn called(&mut self, well: bool) {
        if well {
            self.stale = false;
        } else if self.listed && self.grant == Grant::Spoilt && self.network == Network::Up {
            self.grant = Grant::Over;
        }
    }

    /// The grant is given up here.
    pub(super) fn give_up(&mut self) {
        if self.grant == Grant::Good && self.network != Network::Up {
            self.strays += 1;
        }
        self.grant = Grant::None;
    }
}
