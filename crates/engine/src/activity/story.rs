//! What is told of a step, put together from what the engine knows. Foreign text is cut and cleaned
//! here, and nothing but what is named here gets in.

use drawbridge_oauth::{BearerChallenge, ResourceMetadata, Scopes, ServerMetadata, Tokens};
use url::Url;

use crate::doctor::{masked, shown, told};
use crate::view::{Activity, Decision, DeedOutcome, ErrorView, Fact, FactName, Millis};

/// What a step has to tell at its end.
#[derive(Debug, Default)]
pub(crate) struct Story {
    outcome: Option<DeedOutcome>,
    decided: Option<Decision>,
    facts: Vec<Fact>,
    problem: Option<ErrorView>,
}

impl Story {
    pub(crate) fn decided(decision: Decision) -> Self {
        Self {
            decided: Some(decision),
            ..Self::default()
        }
    }

    pub(crate) fn decide(&mut self, decision: Decision) {
        self.decided = Some(decision);
    }

    pub(crate) fn end_as(&mut self, outcome: DeedOutcome) {
        self.outcome = Some(outcome);
    }

    pub(crate) fn note(mut self) -> Self {
        self.outcome = Some(DeedOutcome::Note);
        self
    }

    pub(crate) fn skipped(mut self) -> Self {
        self.outcome = Some(DeedOutcome::Skipped);
        self
    }

    pub(crate) fn failed(&mut self, problem: ErrorView) {
        self.outcome = Some(DeedOutcome::Problem);
        self.problem = Some(problem);
    }

    pub(crate) fn with(mut self, name: FactName, value: &str) -> Self {
        self.fact(name, value);
        self
    }

    pub(crate) fn fact(&mut self, name: FactName, value: &str) {
        self.facts.push(Fact {
            name,
            value: told(value),
        });
    }

    pub(crate) fn challenge(&mut self, challenge: &BearerChallenge) {
        let place = challenge.resource_metadata.as_deref();
        if let Some(place) = place.and_then(|place| Url::parse(place).ok()) {
            self.fact(FactName::MetadataAt, &shown(&place));
        }
        if let Some(scopes) = &challenge.scope {
            self.scopes(FactName::Asked, scopes);
        }
        if let Some(error) = &challenge.error {
            self.fact(FactName::Reason, error);
        }
    }

    pub(crate) fn resource(&mut self, resource: &ResourceMetadata) {
        self.fact(FactName::Resource, &masked(resource.resource.as_str()));
        for issuer in &resource.authorization_servers {
            self.fact(FactName::Issuer, &issuer.shown());
        }
    }

    pub(crate) fn server(&mut self, metadata: &ServerMetadata) {
        self.fact(FactName::Issuer, &metadata.issuer.shown());
        let host = |url: &Url| url.host_str().unwrap_or_default().to_owned();
        let page = host(&metadata.authorization_endpoint);
        self.fact(FactName::SignInAt, &page);
        self.fact(FactName::TokensFrom, &host(&metadata.token_endpoint));
    }

    /// Of the tokens nothing but how long they live, and for what they are good.
    pub(crate) fn tokens(&mut self, tokens: &Tokens, renewable: bool) {
        if let Some(scopes) = &tokens.scopes {
            self.scopes(FactName::Granted, scopes);
        }
        if let Some(life) = tokens.expires_in {
            self.fact(FactName::Lifetime, &life.as_secs().to_string());
        }
        let renewable = if renewable { "yes" } else { "no" };
        self.fact(FactName::Renewable, renewable);
    }

    pub(crate) fn scopes(&mut self, name: FactName, scopes: &Scopes) {
        if !scopes.is_empty() {
            self.fact(name, &scopes.to_string());
        }
    }

    /// Becomes a part of an entry, which ends `otherwise` where it does not say how.
    pub(super) fn told_in(self, entry: &mut Activity, otherwise: DeedOutcome) {
        entry.outcome = self.outcome.unwrap_or(otherwise);
        entry.decided = self.decided;
        entry.facts = self.facts;
        entry.problem = self.problem;
    }

    pub(crate) fn next_try(&mut self, at: Millis) {
        self.fact(FactName::NextTry, &at.to_string());
    }
}
