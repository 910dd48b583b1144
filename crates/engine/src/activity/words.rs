//! Activity in English, for the report and the doctor. The app has the same in its own languages.

use crate::view::{Decision, Deed, DeedOutcome, FactName};

/// What was decided, and why where that does not follow from it.
pub(crate) fn decision(decision: Decision) -> (&'static str, Option<&'static str>) {
    match decision {
        Decision::FoundAMomentAgo => (
            "What was found a moment ago is used.",
            Some("The address was looked at just now, and asking again would tell nothing new."),
        ),
        Decision::AsksWhoCalls => ("It asks who calls.", None),
        Decision::AnswersEveryone => ("It answers MCP without asking who calls.", None),
        Decision::Inconclusive => (
            "The well-known places are asked for its metadata all the same.",
            Some("This answer says nothing of a sign-in, but the server may publish one."),
        ),
        Decision::ChallengeNames => (
            "The answer says where to look, or what to ask for.",
            Some("What the server itself names counts before what would be guessed."),
        ),
        Decision::ChallengeBare => (
            "It does not say how: it may want a key in a header.",
            Some("Without a hint, the well-known places at its own address are asked."),
        ),
        Decision::ChallengeRemembered => (
            "The challenge of an earlier call counts.",
            Some("The server answers the first look freely, and asks for a sign-in later."),
        ),
        Decision::ResourceFound => ("Its metadata names who signs people in.", None),
        Decision::NoResource => (
            "It publishes none. The server itself is asked, as in MCP 2025-03-26.",
            Some("Older servers sign people in at their own address."),
        ),
        Decision::MetadataFound => ("It is published, and speaks of the right issuer.", None),
        Decision::MetadataKnown => (
            "What was read earlier is used.",
            Some("The server said how long it stays the same, and that is not over."),
        ),
        Decision::ClientTypedIn => (
            "The client id that you entered is used.",
            Some("What is entered by hand counts before everything else."),
        ),
        Decision::ClientDocument => (
            "Drawbridge is known by its client-id metadata document.",
            Some("The sign-in server reads such documents, so nothing is registered."),
        ),
        Decision::ClientRegistered => (
            "Drawbridge registered itself.",
            Some("There was no registration for this server, issuer and return address."),
        ),
        Decision::ClientKnown => (
            "The registration of an earlier sign-in is used.",
            Some("It is for this server, issuer and return address, and has not run out."),
        ),
        Decision::PageInWindow => ("The sign-in page opened in a window.", None),
        Decision::PageInBrowser => ("The sign-in page opened in the browser.", None),
        Decision::PageHandedOver => (
            "The sign-in page went on in the browser.",
            Some("The same sign-in goes on there: its page or you asked for a browser."),
        ),
        Decision::AnswerIsRight => (
            "The answer is taken.",
            Some("It belongs to this sign-in, and comes from the right issuer."),
        ),
        Decision::AnotherMethod => (
            "Drawbridge registers once more, to prove itself in another way.",
            Some("The token endpoint refused the way that it had registered with."),
        ),
        Decision::TokenEnds => (
            "The token is renewed.",
            Some("It ends soon, or has ended, by its own date."),
        ),
        Decision::TokenRefused => ("The token is renewed.", Some("The server refused it.")),
        Decision::GrantKept => (
            "The sign-in is kept, and the renewal is tried again.",
            Some("Trouble of this kind passes, and ends no sign-in."),
        ),
        Decision::ReopenedAtOnce => (
            "Another session is opened at once.",
            Some("It was good for a while, and nothing says that another would not be."),
        ),
        Decision::TriedLater => (
            "It is tried again by itself.",
            Some("Trouble of this kind passes. Each wait is longer than the one before."),
        ),
        Decision::PersonNeeded => ("Only you can go on.", None),
        Decision::NotGivenBack => (
            "The tokens were forgotten here alone.",
            Some("The sign-in server names no way to give them back."),
        ),
        Decision::ToolFailed => ("The tool itself says that it failed.", None),
    }
}

pub(super) fn deed(deed: Deed) -> &'static str {
    match deed {
        Deed::Probe => "First look",
        Deed::Challenge => "Challenge",
        Deed::ResourceMetadata => "Resource metadata",
        Deed::ServerMetadata => "Sign-in server metadata",
        Deed::Registration => "Registration",
        Deed::Page => "Sign-in page",
        Deed::Callback => "Answer of the sign-in page",
        Deed::Token => "Token exchange",
        Deed::Session => "Session",
        Deed::Tools => "Tools",
        Deed::SignInEnded => "Sign-in ended",
        Deed::Retry => "Next try",
        Deed::SessionLost => "Session lost",
        Deed::Refresh => "Renewal",
        Deed::ReauthRequired => "Sign-in needed again",
        Deed::MoreAccess => "More access asked for",
        Deed::SignedOut => "Signed out",
        Deed::Revocation => "Tokens given back",
        Deed::Added => "Added",
        Deed::Changed => "Settings changed",
        Deed::ToolsChanged => "Tools changed",
        Deed::Call => "Tool call",
    }
}

pub(super) fn outcome(outcome: DeedOutcome) -> &'static str {
    match outcome {
        DeedOutcome::Running => "under way",
        DeedOutcome::Ok => "ok",
        DeedOutcome::Note => "note",
        DeedOutcome::Problem => "problem",
        DeedOutcome::Skipped => "not needed",
        DeedOutcome::Stopped => "stopped",
    }
}

pub(super) fn fact(name: FactName) -> &'static str {
    match name {
        FactName::MetadataAt => "metadata at",
        FactName::Resource => "resource",
        FactName::Issuer => "issuer",
        FactName::SignInAt => "sign-in at",
        FactName::TokensFrom => "tokens from",
        FactName::Asked => "asked for",
        FactName::Granted => "granted",
        FactName::AuthMethod => "client authenticates by",
        FactName::Redirect => "leads back to",
        FactName::Lifetime => "token lives (s)",
        FactName::Renewable => "renewable",
        FactName::Era => "MCP era",
        FactName::Tools => "tools",
        FactName::Reason => "reason",
        FactName::NextTry => "next try",
        FactName::Tool => "tool",
        FactName::Changed => "changed",
    }
}
