//! What is told of a refresh.

use drawbridge_oauth::{AccessToken, TokenError, Tokens};

use super::refresh::Why;
use crate::activity::Story;
use crate::error::Error;
use crate::ids::ServerId;
use crate::session::{AuthFailure, SessionError};
use crate::view::Decision;

/// Why it was made, and what the token endpoint gave.
pub(super) fn begun(why: Why, answer: &Result<Tokens, TokenError>) -> Story {
    let mut story = Story::decided(match why {
        Why::Age => Decision::TokenEnds,
        Why::Refused => Decision::TokenRefused,
    });
    if let Ok(tokens) = answer {
        story.tokens(tokens, true);
    }
    story
}

/// What it means for the grant.
pub(super) fn over(
    story: &mut Story,
    server: &ServerId,
    outcome: &Result<AccessToken, AuthFailure>,
) {
    match outcome {
        Ok(_) => {}
        Err(AuthFailure::Unavailable { error, retry_at }) => {
            story.failed(error.clone());
            story.decide(Decision::GrantKept);
            // Nothing stands for at once.
            if *retry_at > 0 {
                story.next_try(*retry_at);
            }
        }
        Err(AuthFailure::ReauthRequired { reason, at }) => {
            let (server, reason, at) = (server.clone(), *reason, *at);
            story.failed(Error::ReauthRequired { server, reason, at }.view());
            story.decide(Decision::PersonNeeded);
        }
        Err(other) => story.failed(Error::from(SessionError::from(other.clone())).view()),
    }
}
