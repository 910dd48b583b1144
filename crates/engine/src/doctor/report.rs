//! What a walk found, step by step.

use serde::Serialize;

use crate::error::Error;
use crate::view::ErrorView;

/// A whole walk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checkup {
    /// Where the server is, without a query.
    pub url: String,
    /// In the order of a sign-in; every [`Check`] once.
    pub steps: Vec<Finding>,
}

/// What one step found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Which step.
    pub check: Check,
    /// How it went.
    pub outcome: Outcome,
    /// What was found, in a sentence.
    pub found: String,
    /// What is wrong, where something is.
    pub problem: Option<ErrorView>,
}

/// A step of a sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// Whether anybody answers there.
    Reach,
    /// Whether the two clocks agree.
    Clock,
    /// What the first MCP request is answered with (rule D1).
    Probe,
    /// The `WWW-Authenticate` of that answer (RFC 6750 §3).
    Challenge,
    /// The document about the protected resource (RFC 9728).
    ResourceMetadata,
    /// The document about the authorization server (RFC 8414).
    ServerMetadata,
    /// Whether it supports PKCE with S256 (RFC 7636).
    Pkce,
    /// How Drawbridge becomes its client (rule R1).
    Registration,
    /// Where the sign-in page would lead back to (rule R5).
    Redirect,
    /// What would be asked for (rule T5).
    Scopes,
    /// Whether tokens can be given back (RFC 7009).
    Revocation,
}

/// All steps, in their order.
pub(crate) const CHECKS: [Check; 11] = [
    Check::Reach,
    Check::Clock,
    Check::Probe,
    Check::Challenge,
    Check::ResourceMetadata,
    Check::ServerMetadata,
    Check::Pkce,
    Check::Registration,
    Check::Redirect,
    Check::Scopes,
    Check::Revocation,
];

/// How a step went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// As it should be.
    Ok,
    /// It works, and is worth knowing.
    Note,
    /// A sign-in would end here.
    Problem,
    /// It was not come to, or is not needed.
    Skipped,
}

impl Checkup {
    /// The first thing that a sign-in would end at.
    #[must_use]
    pub fn problem(&self) -> Option<&ErrorView> {
        self.steps.iter().find_map(|step| step.problem.as_ref())
    }
}

/// A report that is being written.
pub(super) struct Report {
    url: String,
    steps: Vec<Finding>,
}

impl Report {
    pub(super) fn new(url: String) -> Self {
        Self {
            url,
            steps: Vec::new(),
        }
    }

    pub(super) fn ok(&mut self, check: Check, found: impl Into<String>) {
        self.add(check, Outcome::Ok, found.into(), None);
    }

    pub(super) fn note(&mut self, check: Check, found: impl Into<String>) {
        self.add(check, Outcome::Note, found.into(), None);
    }

    pub(super) fn skip(&mut self, check: Check, why: impl Into<String>) {
        self.add(check, Outcome::Skipped, why.into(), None);
    }

    pub(super) fn problem(&mut self, check: Check, error: &Error) {
        let view = error.view();
        self.add(check, Outcome::Problem, view.message.clone(), Some(view));
    }

    fn add(&mut self, check: Check, outcome: Outcome, found: String, problem: Option<ErrorView>) {
        self.steps.push(Finding {
            check,
            outcome,
            found,
            problem,
        });
    }

    /// The steps that were not come to are skipped.
    pub(super) fn finish(mut self, why: &str) -> Checkup {
        for check in CHECKS {
            if !self.steps.iter().any(|step| step.check == check) {
                self.skip(check, why);
            }
        }
        self.steps
            .sort_by_key(|step| CHECKS.iter().position(|check| *check == step.check));
        Checkup {
            url: self.url,
            steps: self.steps,
        }
    }
}
