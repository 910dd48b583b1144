//! What to do about a failure, for somebody who has no buttons but a command line.

use drawbridge_engine::view::{ErrorView, Millis};

use crate::own_client;

const SECOND: Millis = 1_000;
const MINUTE: Millis = 60 * SECOND;

/// What the command line has to offer for a code; else what the engine says.
///
/// `server` is the name of the server that it is about, if that is known. `engines` is what the engine says, and no
/// answer of this function.
pub(crate) fn remedy(code: &str, engines: Option<&str>, server: Option<&str>) -> Option<String> {
    let name = server.map_or_else(|| "SERVER".to_owned(), operand);
    match code {
        "reauth_required" | "sign_in_needed" | "more_access_needed" | "not_connected"
        | "invalid_grant" | "client_rejected" => Some(format!("Run: drawbridge connect {name}")),
        "access_denied" => Some(format!(
            "Run drawbridge connect {name} and allow access, or use another account."
        )),
        "authorization_refused"
        | "finding_out_timed_out"
        | "unknown_callback"
        | "refused_without_reason"
        | "wait_timed_out" => Some(format!("To try again, run: drawbridge connect {name}")),
        "sign_in_timed_out" => Some(format!(
            "To try again, run: drawbridge connect {name}. If the page showed an error, add --register-again."
        )),
        "duplicate_url" => Some(format!(
            "Use {}, or add a second account with --same-url and a --name of its own.",
            server.map_or_else(|| "SERVER".to_owned(), quoted)
        )),
        "client_id_needed" => Some(own_client::remedy(engines)),
        "vault_lost_key" | "vault_not_a_key" | "vault_key_file" => {
            let by_hand = match code {
                "vault_key_file" => engines.unwrap_or_default(),
                _ => "Bring the key back from a backup.",
            };
            Some(format!(
                "{by_hand} To begin with a new one, run drawbridge new-key and sign in again everywhere."
            ))
        }
        _ => whichever_server(code).or(engines).map(str::to_owned),
    }
}

/// What is the same for every server, and has nothing of the engine's words.
fn whichever_server(code: &str) -> Option<&'static str> {
    Some(match code {
        "unknown_server" => "See drawbridge list.",
        "disabled" => "Switch it on in the Drawbridge app.",
        "key_refused" => "Remove the server and add it again with --header-stdin.",
        "no_resource_metadata" => "If it takes an API key, add it with --header-stdin.",
        "no_sign_in_offered" => "If it needs none, add it with --auth none.",
        "issuer_mismatch" => {
            "If you trust it, remove the server and add it again with --accept-issuer."
        }
        "pkce_unstated" => {
            "If you trust it, remove the server and add it again with --allow-missing-pkce."
        }
        "no_registration" | "no_auth_method" | "client_not_allowed" | "registration_refused" => {
            "Register an app with the provider; then remove the server and add it again with --client-id."
        }
        "client_of_another_issuer" => {
            "If the change is expected, remove the server and add it again with a --client-id of the new sign-in server."
        }
        "credentials_missing" => {
            "Remove the server and add it again with --flow client-credentials, --client-id, and --client-secret-stdin or --client-key-file."
        }
        "credentials_refused" => {
            "Check the client id and its secret or key. To use others, remove the server and add it again with --flow client-credentials, --client-id, and --client-secret-stdin or --client-key-file."
        }
        "token_request_refused" => {
            "Check the client id and the scopes. To use others, remove the server and add it again with --client-id or --scope; or tell whoever runs the server."
        }
        "port_busy" => {
            "Close that program; or remove the server, add it again with --redirect and another --port, and register the new address where you registered the old one."
        }
        "no_listener" => {
            "Let programs listen on 127.0.0.1, which below 1024 takes rights of its own: use a higher --port. Or sign in with the Drawbridge app."
        }
        "ca_file" | "http_setup" | "unusable_certificates" => {
            "Check the proxy and the certificates in the preferences of the Drawbridge app."
        }
        "timed_out" => "Try again later.",
        "vault_absent" | "vault_locked" | "vault_not_kept" | "vault_failed" => {
            "Start and unlock a keychain, or name a key file with --key-file (openssl rand -base64 32 makes one)."
        }
        "already_there" => {
            "To add it beside that one, use drawbridge add with --same-url and a --name of its own."
        }
        "header_needs_value" => {
            "Fill it in in the Drawbridge app, or remove the server and add it again with --header-stdin."
        }
        "client_left_out" => {
            "Fill it in in the Drawbridge app, or remove the server and add it again with --client-id."
        }
        "trust_left_out" => {
            "If it is still needed, remove the server and add it again with --accept-issuer or --allow-missing-pkce."
        }
        _ => return None,
    })
}

/// The same for a failure that is told beside others.
pub(crate) fn told(view: ErrorView, server: Option<&str>) -> ErrorView {
    ErrorView {
        remedy: remedy(&view.code, view.remedy.as_deref(), server),
        ..view
    }
}

/// A name as it is typed in a shell.
pub(crate) fn quoted(name: &str) -> String {
    shlex::try_quote(name).map_or_else(|_| "SERVER".to_owned(), Into::into)
}

/// The same where it follows a command: what begins like an option is none.
pub(crate) fn operand(name: &str) -> String {
    let quoted = quoted(name);
    if quoted.starts_with('-') {
        format!("-- {quoted}")
    } else {
        quoted
    }
}

/// A time in its largest unit.
pub(crate) fn span(millis: i64) -> String {
    let seconds = millis / 1000;
    let (count, unit) = match seconds {
        ..60 => (seconds, "second"),
        60..3_600 => (seconds / 60, "minute"),
        3_600..86_400 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

/// What went wrong, and when it is tried again by itself, if that is not now.
pub(crate) fn with_next_try(message: &str, at: Millis, now: Millis) -> String {
    let wait = at.saturating_sub(now);
    if wait <= 0 {
        return message.to_owned();
    }
    let unit = if wait < MINUTE { SECOND } else { MINUTE };
    // Whoever comes back then is not too early.
    let wait = span(wait.saturating_add(unit - 1) / unit * unit);
    let stop = if message.ends_with(['.', '!', '?']) {
        ""
    } else {
        "."
    };
    format!("{message}{stop} The next try is in {wait}.")
}

/// How not to wait for that.
pub(crate) fn retry_now(server: &str) -> String {
    format!("To try now, run: drawbridge connect {}", operand(server))
}

/// What helps when the page has forgotten Drawbridge, which it says to the person alone (rule R8).
pub(crate) fn register_again(server: &str) -> String {
    format!(
        "If the page shows an error, stop this and run: drawbridge connect --register-again {}",
        operand(server)
    )
}

/// What clap complains of, in one line, without the hints and the usage below it.
pub(crate) fn complaint(error: &clap::Error) -> String {
    let text = error.to_string();
    let lines = text
        .lines()
        .map(str::trim)
        .take_while(|line| !line.is_empty());
    let lines: Vec<&str> = lines.collect();
    lines.join(" ").trim_start_matches("error: ").to_owned()
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;
    use rstest::rstest;

    use super::{complaint, remedy, span, with_next_try};
    use crate::arguments::Arguments;

    #[rstest]
    #[case::what_is_missing(&["connect"], "the following required arguments were not provided: <SERVER|URL>")]
    #[case::what_is_unknown(&["fly"], "unrecognized subcommand 'fly'")]
    fn a_complaint_names_what_it_is_about(#[case] words: &[&str], #[case] told: &str) {
        let error = Arguments::try_parse_from([&["drawbridge"], words].concat()).unwrap_err();
        assert_eq!(complaint(&error), told);
    }

    #[rstest]
    #[case::a_moment("It is away.", 1, "It is away. The next try is in 1 second.")]
    #[case::a_little_more_than_a_minute(
        "Status 429",
        60_001,
        "Status 429. The next try is in 2 minutes."
    )]
    #[case::over("Status 429", 0, "Status 429")]
    fn the_next_try_is_a_sentence_of_its_own(
        #[case] message: &str,
        #[case] at: i64,
        #[case] told: &str,
    ) {
        assert_eq!(with_next_try(message, at, 0), told);
    }

    #[test]
    fn a_remedy_can_be_pasted_into_a_shell() {
        let remedy = remedy(
            "reauth_required",
            Some("Press Reconnect."),
            Some("My Notes"),
        );
        assert_eq!(remedy.unwrap(), "Run: drawbridge connect 'My Notes'");
    }

    #[test]
    fn what_the_engine_says_is_kept_where_the_command_line_has_nothing_better() {
        assert_eq!(
            remedy("corrupt", Some("Sign in again."), None).unwrap(),
            "Sign in again."
        );
        assert_eq!(remedy("corrupt", None, None), None);
    }

    #[test]
    fn times_are_told_in_their_largest_unit() {
        assert_eq!(span(1_000), "1 second");
        assert_eq!(span(119_000), "1 minute");
        assert_eq!(span(7_200_000), "2 hours");
        assert_eq!(span(172_800_000), "2 days");
    }
}
