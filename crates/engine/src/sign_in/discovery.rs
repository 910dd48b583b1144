//! Who signs people in to a server, and where: asked once, remembered as long as it holds.

use drawbridge_oauth::{
    BearerChallenge, Found, Http, Issuer, IssuerMatch, Leniency, ResourceMetadata, ServerMetadata,
    discover_at_origin, discover_server,
};
use url::Url;

use super::client::{not_of_another, only_its_own};
use super::probe::{ProbeAnswer, probe};
use crate::activity::Story;
use crate::core::Core;
use crate::error::Error;
use crate::ids::ServerId;
use crate::server::{Discovery, discover, met_challenge};
use crate::store::ServerRow;
use crate::view::{Decision, Deed, DeedOutcome, IssuerTrust, SignInFlow, SignInOptions};

/// What the server says of itself; nothing where that has to be guessed (rule A5).
pub(super) async fn discovered(
    core: &Core,
    http: &Http,
    server: &ServerId,
    url: &Url,
) -> Result<Discovery, Error> {
    if let Some(discovery) = core.take_discovery(url) {
        let story = Story::decided(Decision::FoundAMomentAgo).skipped();
        core.journal.stepped(server, Deed::Probe, story);
        told_challenge(core, server, discovery.challenge.as_ref());
        let mut story = Story::default().skipped();
        told_resource(&discovery, &mut story);
        core.journal.stepped(server, Deed::ResourceMetadata, story);
        return Ok(discovery);
    }
    // Sign-in may be optional, and the server may be one that asks later: the well-known places
    // count even without a challenge (rule D3).
    let step = core.journal.step(server, Deed::Probe);
    let (challenge, problem) = match probe(&step.http(http), url, core.limits.probe).await {
        ProbeAnswer::Challenged(challenge) => {
            step.tell(Story::decided(Decision::AsksWhoCalls));
            told_challenge(core, server, challenge.as_ref());
            (challenge, None)
        }
        ProbeAnswer::Open => {
            step.tell(Story::decided(Decision::AnswersEveryone).note());
            match met_challenge(core, server, url).await? {
                Some(challenge) => {
                    let mut story = Story::decided(Decision::ChallengeRemembered).note();
                    story.challenge(&challenge);
                    core.journal.stepped(server, Deed::Challenge, story);
                    (Some(challenge), None)
                }
                None => (None, Some(Error::NoSignInOffered)),
            }
        }
        ProbeAnswer::Unknown(error) => {
            let mut story = Story::decided(Decision::Inconclusive);
            story.failed(error.view());
            step.tell(story);
            (None, Some(error))
        }
    };
    let step = core.journal.step(server, Deed::ResourceMetadata);
    let discovery = discover(core, &step.http(http), url, challenge).await;
    let discovery = step.end(discovery, told_resource)?;
    match problem.filter(|_| discovery.resource.is_none()) {
        Some(problem) => Err(problem),
        None => Ok(discovery),
    }
}

fn told_challenge(core: &Core, server: &ServerId, challenge: Option<&BearerChallenge>) {
    let story = match challenge {
        None => Story::decided(Decision::ChallengeBare).note(),
        Some(challenge) => {
            let mut story = Story::default();
            story.challenge(challenge);
            if challenge.resource_metadata.is_some() || challenge.scope.is_some() {
                story.decide(Decision::ChallengeNames);
            }
            story
        }
    };
    core.journal.stepped(server, Deed::Challenge, story);
}

fn told_resource(discovery: &Discovery, story: &mut Story) {
    if let Some(resource) = &discovery.resource {
        story.resource(resource);
        story.decide(Decision::ResourceFound);
    } else {
        story.decide(Decision::NoResource);
        story.end_as(DeedOutcome::Note);
    }
}

/// Who signs people in, of those that a server lists.
pub(super) struct Choice {
    pub(super) metadata: ServerMetadata,
    /// As it is listed, where another was chosen before or none.
    new: Option<Issuer>,
}

impl Choice {
    /// Is asked first from now on (rule D8): there is a client for it.
    pub(super) async fn keep(&self, core: &Core, server: &ServerId) -> Result<(), Error> {
        if let Some(issuer) = &self.new {
            core.store.choose_issuer(server, issuer.as_str()).await?;
        }
        Ok(())
    }
}

/// Those who may sign people in, each asked about itself in its turn; the one that worked the last time
/// is the first (rule D8).
pub(super) struct Candidates<'a> {
    pub(super) core: &'a Core,
    /// As far as the MCP server may send it (rule N2).
    pub(super) http: &'a Http,
    pub(super) server: &'a ServerRow,
    pub(super) discovery: &'a Discovery,
    rest: std::vec::IntoIter<Issuer>,
    chosen: Option<String>,
    /// The server that has to be its own (rule A5).
    origin_of: Option<&'a Url>,
}

impl<'a> Candidates<'a> {
    pub(super) async fn of(
        core: &'a Core,
        http: &'a Http,
        server: &'a ServerRow,
        url: &'a Url,
        discovery: &'a Discovery,
    ) -> Result<Self, Error> {
        let (issuers, chosen, origin_of) = if let Some(resource) = &discovery.resource {
            let chosen = core.store.chosen_issuer(&server.id).await?;
            let listed = in_turn(core, server, resource, chosen.as_deref()).await?;
            (listed, chosen, None)
        } else {
            let own = Issuer::parse(&url.origin().ascii_serialization())?;
            (vec![own], None, Some(url))
        };
        Ok(Self {
            core,
            http,
            server,
            discovery,
            rest: issuers.into_iter(),
            chosen,
            origin_of,
        })
    }

    /// What the next of them says of itself; nothing where there is none any more.
    pub(super) async fn next(&mut self) -> Option<Result<Choice, Error>> {
        let issuer = self.rest.next()?;
        let asked = metadata(self.core, self.http, self.server, &issuer, self.origin_of);
        let metadata = match asked.await {
            Ok(metadata) => metadata,
            Err(error) => return Some(Err(error)),
        };
        let is_new = self.origin_of.is_none() && self.chosen.as_deref() != Some(issuer.as_str());
        let new = is_new.then_some(issuer);
        Some(Ok(Choice { metadata, new }))
    }

    /// The first that says anything.
    pub(super) async fn first(mut self) -> Result<Choice, Error> {
        let mut refused = None;
        while let Some(asked) = self.next().await {
            match asked {
                Ok(choice) => return Ok(choice),
                Err(error) => refused = refused.or(Some(error)),
            }
        }
        Err(refused.unwrap_or(Error::NoResourceMetadata))
    }
}

/// Those of the listed servers that may be asked, in their turn.
pub(crate) async fn in_turn(
    core: &Core,
    server: &ServerRow,
    resource: &ResourceMetadata,
    chosen: Option<&str>,
) -> Result<Vec<Issuer>, Error> {
    let mut listed = resource.authorization_servers.clone();
    only_its_own(core, server, &mut listed).await?;
    // Stable: the others stay in the order of the server.
    listed.sort_by_key(|issuer| chosen != Some(issuer.as_str()));
    Ok(listed)
}

/// The metadata of one issuer; `origin_of` is the server that has to be its own (rule A5).
async fn metadata(
    core: &Core,
    http: &Http,
    server: &ServerRow,
    issuer: &Issuer,
    origin_of: Option<&Url>,
) -> Result<ServerMetadata, Error> {
    let leniency = leniency(&server.sign_in);
    let now = core.clock.now();
    let step = core.journal.step(&server.id, Deed::ServerMetadata);
    if let Some(known) = core.metadata.get(issuer, &leniency, http.reach(), now) {
        let mut story = Story::decided(Decision::MetadataKnown);
        story.server(&known);
        step.tell(story);
        return Ok(known);
    }
    let found = stated(&step.http(http), issuer, origin_of, &leniency).await;
    let Found {
        metadata,
        fresh_for,
        ..
    } = step.end(found, |found, story| {
        story.server(&found.metadata);
        if found.published {
            story.decide(Decision::MetadataFound);
        } else {
            story.decide(Decision::NoResource);
            story.end_as(DeedOutcome::Note);
        }
    })?;
    if leniency.issuer == IssuerMatch::Any && metadata.asked.is_some() {
        not_of_another(core, server, &metadata).await?;
        let (expected, stated) = (issuer.to_string(), metadata.issuer.to_string());
        let stored = core.store.accept_issuer(&server.id, &expected, &stated);
        // The person has thought better of it meanwhile, or another one was accepted.
        if !stored.await? {
            return Err(drawbridge_oauth::Error::issuer_mismatch(issuer, &stated).into());
        }
        core.publish(&server.id).await;
        return Ok(metadata);
    }
    let good_until = core.clock.after(fresh_for);
    let key = (issuer.clone(), leniency, http.reach());
    core.metadata.keep(key, metadata.clone(), now, good_until);
    Ok(metadata)
}

/// As the server says, or as it is by convention; see [`Found::published`].
pub(crate) async fn stated(
    http: &Http,
    issuer: &Issuer,
    origin_of: Option<&Url>,
    leniency: &Leniency,
) -> Result<Found, Error> {
    Ok(match origin_of {
        Some(url) => discover_at_origin(http, url, leniency).await?,
        None => discover_server(http, issuer, leniency).await?,
    })
}

/// What the person lets pass.
pub(crate) fn leniency(options: &SignInOptions) -> Leniency {
    Leniency {
        issuer: match options.issuer.clone() {
            IssuerTrust::Exact => IssuerMatch::Exact,
            IssuerTrust::AcceptNext => IssuerMatch::Any,
            IssuerTrust::Accepted { expected, stated } => IssuerMatch::Pair { expected, stated },
        },
        // Without a person there is no code that could be stolen.
        missing_pkce: options.allow_missing_pkce || options.flow == SignInFlow::ClientCredentials,
    }
}
