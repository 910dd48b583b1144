//! What the row says, derived from the two state machines, and from why a session is being opened.

use super::Occasion;
use crate::view::{Action, Authorization, Connection, SignInStep, Status};

/// The code of a refusal of the person's own headers.
pub(crate) const KEY_REFUSED: &str = "key_refused";

/// The code of a refusal for want of scopes.
const MORE_ACCESS_NEEDED: &str = "more_access_needed";

/// Derives the status and the one action that goes with it.
///
/// `failed` means that the last sign-in ended in a fault, not by the person's own doing.
pub(crate) fn status(
    enabled: bool,
    authorization: &Authorization,
    connection: &Connection,
    failed: bool,
    occasion: Occasion,
) -> (Status, Option<Action>) {
    if !enabled {
        return (Status::Off, None);
    }
    match authorization {
        Authorization::SigningIn { step, .. } => {
            let status = match step {
                SignInStep::FindingOut => Status::FindingOut,
                SignInStep::WaitingForPerson => Status::WaitingForYou,
                SignInStep::Exchanging => Status::SigningIn,
            };
            (status, Some(Action::Cancel))
        }
        Authorization::ReauthRequired { .. } => (Status::SignInAgain, Some(Action::Reconnect)),
        Authorization::SignedOut if failed => (Status::Failed, Some(Action::Details)),
        Authorization::SignedOut => (Status::NotSignedIn, Some(Action::Connect)),
        Authorization::SignedIn { needs, .. }
            if !needs.is_empty() && waits_for_access(connection) =>
        {
            (Status::MoreAccessNeeded, Some(Action::Review))
        }
        Authorization::NotNeeded | Authorization::SignedIn { .. } => match connection {
            Connection::Idle => (Status::Ready, Some(Action::Connect)),
            Connection::Connecting => match occasion {
                Occasion::SignedIn => (Status::SigningIn, Some(Action::Cancel)),
                Occasion::Wanted => (Status::Connecting, Some(Action::Cancel)),
                // Whatever stands under the pointer means the same before and after.
                Occasion::Lost => (Status::Connecting, None),
                Occasion::Retry => (Status::Connecting, Some(Action::RetryNow)),
            },
            Connection::Connected { tools } => (Status::Connected { tools: *tools }, None),
            Connection::Retrying { at, .. } => {
                (Status::CantReach { retry_at: *at }, Some(Action::RetryNow))
            }
            Connection::Failed { error } if error.code == KEY_REFUSED => {
                (Status::KeyRefused, Some(Action::Edit))
            }
            Connection::Failed { .. } => (Status::Failed, Some(Action::Details)),
        },
    }
}

/// Whether nothing but more access would change anything: the rest works, or is what needs it.
pub(crate) fn waits_for_access(connection: &Connection) -> bool {
    match connection {
        Connection::Connected { .. } => true,
        Connection::Failed { error } => error.code == MORE_ACCESS_NEEDED,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::view::{ErrorView, ReauthReason, Surface};

    fn error(code: &str) -> ErrorView {
        ErrorView {
            code: code.into(),
            message: String::new(),
            remedy: None,
        }
    }

    fn signing_in(step: SignInStep) -> Authorization {
        Authorization::SigningIn {
            step,
            since: 0,
            surface: Surface::Popup,
        }
    }

    fn signed_in() -> Authorization {
        in_need_of(vec![])
    }

    fn wanting() -> Authorization {
        in_need_of(vec!["admin".into()])
    }

    fn in_need_of(needs: Vec<String>) -> Authorization {
        Authorization::SignedIn {
            expires_at: None,
            scopes: vec![],
            issuer: String::new(),
            renewable: true,
            needs,
            signed_in_at: None,
            renewed_at: None,
            asked: None,
        }
    }

    const REAUTH: Authorization = Authorization::ReauthRequired {
        reason: ReauthReason::InvalidGrant,
        at: 0,
    };

    // rule: G7, G8
    #[rstest]
    #[case(
        Authorization::SignedOut,
        Connection::Idle,
        Status::NotSignedIn,
        Some(Action::Connect)
    )]
    #[case(
        signing_in(SignInStep::FindingOut),
        Connection::Idle,
        Status::FindingOut,
        Some(Action::Cancel)
    )]
    #[case(
        signing_in(SignInStep::WaitingForPerson),
        Connection::Idle,
        Status::WaitingForYou,
        Some(Action::Cancel)
    )]
    #[case(
        signing_in(SignInStep::Exchanging),
        Connection::Idle,
        Status::SigningIn,
        Some(Action::Cancel)
    )]
    #[case(signing_in(SignInStep::FindingOut), Connection::Connected { tools: 2 }, Status::FindingOut, Some(Action::Cancel))]
    #[case(REAUTH, Connection::Idle, Status::SignInAgain, Some(Action::Reconnect))]
    #[case(REAUTH, Connection::Retrying { error: error("x"), at: 5 }, Status::SignInAgain, Some(Action::Reconnect))]
    #[case(signed_in(), Connection::Idle, Status::Ready, Some(Action::Connect))]
    #[case(
        signed_in(),
        Connection::Connecting,
        Status::Connecting,
        Some(Action::Cancel)
    )]
    #[case(signed_in(), Connection::Connected { tools: 3 }, Status::Connected { tools: 3 }, None)]
    #[case(signed_in(), Connection::Retrying { error: error("x"), at: 5 }, Status::CantReach { retry_at: 5 }, Some(Action::RetryNow))]
    #[case(signed_in(), Connection::Failed { error: error("x") }, Status::Failed, Some(Action::Details))]
    #[case(Authorization::NotNeeded, Connection::Failed { error: error(KEY_REFUSED) }, Status::KeyRefused, Some(Action::Edit))]
    #[case(wanting(), Connection::Connected { tools: 3 }, Status::MoreAccessNeeded, Some(Action::Review))]
    #[case(wanting(), Connection::Failed { error: error("more_access_needed") }, Status::MoreAccessNeeded, Some(Action::Review))]
    #[case(wanting(), Connection::Failed { error: error("x") }, Status::Failed, Some(Action::Details))]
    #[case(wanting(), Connection::Retrying { error: error("x"), at: 5 }, Status::CantReach { retry_at: 5 }, Some(Action::RetryNow))]
    #[case(Authorization::NotNeeded, Connection::Connected { tools: 0 }, Status::Connected { tools: 0 }, None)]
    fn the_row_says(
        #[case] authorization: Authorization,
        #[case] connection: Connection,
        #[case] expected: Status,
        #[case] action: Option<Action>,
    ) {
        assert_eq!(
            status(true, &authorization, &connection, false, Occasion::Wanted),
            (expected, action)
        );
        assert_eq!(
            status(false, &authorization, &connection, false, Occasion::Wanted),
            (Status::Off, None)
        );
    }

    #[test]
    fn a_failed_sign_in_is_shown_until_the_next_try() {
        let shown = status(
            true,
            &Authorization::SignedOut,
            &Connection::Idle,
            true,
            Occasion::Wanted,
        );
        assert_eq!(shown, (Status::Failed, Some(Action::Details)));
    }

    #[rstest]
    #[case::first_of_a_sign_in(Occasion::SignedIn, Status::SigningIn, Some(Action::Cancel))]
    #[case::wanted(Occasion::Wanted, Status::Connecting, Some(Action::Cancel))]
    #[case::lost(Occasion::Lost, Status::Connecting, None)]
    #[case::once_more(Occasion::Retry, Status::Connecting, Some(Action::RetryNow))]
    fn cancel_is_offered_for_what_the_person_began(
        #[case] occasion: Occasion,
        #[case] expected: Status,
        #[case] action: Option<Action>,
    ) {
        let shown = status(true, &signed_in(), &Connection::Connecting, false, occasion);
        assert_eq!(shown, (expected, action));
    }
}
