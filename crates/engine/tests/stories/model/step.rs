//! What can happen.

use proptest::prelude::*;

/// One of two processes on one data folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    App,
    Neighbour,
}

/// What the person does to a server that may end its grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    SignOut,
    Remove,
    /// To another address, with another authorization server.
    Move,
    /// To another kind, and back.
    Kind,
    /// To a client of the person's own, and back.
    Client,
    Rename,
}

/// Where a process dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Death {
    Idle,
    /// With a call on the way.
    Calling,
    /// When the server has spent the refresh token, and before the answer is here.
    Refreshing,
}

/// What of the network is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Network {
    Up,
    /// The authorization server is away.
    NoRenewals,
    Down,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// So many calls at once in each process.
    Call {
        app: usize,
        neighbour: usize,
    },
    /// The tokens come to their end as they said.
    Expire,
    /// The tokens come to their end before their time.
    ExpireEarly,
    /// The same with those that one process has just brought, and this one alone has used.
    ExpireFresh(Who),
    /// Refresh tokens change at each use, or last.
    Rotate(bool),
    /// The server forgets what the person agreed to.
    Revoke,
    SignIn(Who),
    Do(Deed, Who),
    /// The same while calls wait for a refresh.
    DoAmidCalls(Deed, Who),
    /// Whoever began a refresh goes away.
    Leave(Who),
    /// The token endpoint fails once.
    Falter,
    Network(Network),
    /// Closes a process properly, if it is there.
    Close(Who),
    Die(Who, Death),
}

fn who() -> impl Strategy<Value = Who> {
    prop_oneof![Just(Who::App), Just(Who::Neighbour)]
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        2 => Just(Deed::SignOut),
        1 => Just(Deed::Remove),
        1 => Just(Deed::Move),
        1 => Just(Deed::Kind),
        1 => Just(Deed::Client),
        2 => Just(Deed::Rename),
    ]
}

fn death() -> impl Strategy<Value = Death> {
    prop_oneof![
        Just(Death::Idle),
        Just(Death::Calling),
        Just(Death::Refreshing)
    ]
}

fn network() -> impl Strategy<Value = Network> {
    prop_oneof![
        3 => Just(Network::Up),
        1 => Just(Network::NoRenewals),
        1 => Just(Network::Down),
    ]
}

pub(super) fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        10 => (0..6_usize, 0..4_usize).prop_map(|(app, neighbour)| Step::Call { app, neighbour }),
        5 => Just(Step::Expire),
        5 => Just(Step::ExpireEarly),
        2 => who().prop_map(Step::ExpireFresh),
        1 => any::<bool>().prop_map(Step::Rotate),
        1 => Just(Step::Revoke),
        6 => who().prop_map(Step::SignIn),
        2 => (deed(), who()).prop_map(|(deed, who)| Step::Do(deed, who)),
        2 => (deed(), who()).prop_map(|(deed, who)| Step::DoAmidCalls(deed, who)),
        2 => who().prop_map(Step::Leave),
        2 => Just(Step::Falter),
        3 => network().prop_map(Step::Network),
        2 => who().prop_map(Step::Close),
        2 => (who(), death()).prop_map(|(who, death)| Step::Die(who, death)),
    ]
}
