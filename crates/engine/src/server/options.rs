//! What a person typed into the sign-in options, checked before it is stored.

use url::Url;

use crate::error::Error;
use crate::sign_in::CALLBACK_PATH;
use crate::view::{RedirectPin, SignInOptions};

/// Parameters that the protocol sets itself (RFC 6749 §4.1.1, RFC 7636 §4.3, RFC 8707 §2).
const RESERVED: [&str; 8] = [
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
    "resource",
];

/// Trims what was typed, and refuses what could not be sent.
pub(super) fn checked_options(mut options: SignInOptions) -> Result<SignInOptions, Error> {
    options.client_id = trimmed(options.client_id);
    options.client_metadata_url = checked_metadata_url(options.client_metadata_url)?;
    if let RedirectPin::Loopback { port, path } | RedirectPin::Localhost { port, path } =
        &mut options.redirect
    {
        if *port == Some(0) {
            return Err(Error::InvalidOption("a port is between 1 and 65535"));
        }
        *path = checked_path(path.take())?;
    }
    if let Some(scopes) = &mut options.scopes {
        scopes.retain(|scope| !scope.is_empty());
        if scopes.iter().any(|scope| !is_scope(scope)) {
            return Err(Error::InvalidOption(
                "a scope has characters that it cannot have",
            ));
        }
    }
    for parameter in &options.authorize_parameters {
        if parameter.name.trim().is_empty() {
            return Err(Error::InvalidOption("a parameter has no name"));
        }
        if RESERVED.contains(&parameter.name.as_str()) {
            return Err(Error::InvalidOption(
                "a parameter is one that Drawbridge sets itself",
            ));
        }
    }
    Ok(options)
}

/// The path of a redirect to this computer; none for the one that is used anyway. Only what every
/// program reads and writes in the same way: providers compare redirect URIs as text (RFC 6749
/// §3.1.2.3, RFC 9700 §2.1).
fn checked_path(typed: Option<String>) -> Result<Option<String>, Error> {
    let Some(path) = trimmed(typed).filter(|path| path != CALLBACK_PATH) else {
        return Ok(None);
    };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/".contains(&byte);
    let ambiguous = |segment: &str| matches!(segment, "." | "..");
    let good = path.starts_with('/')
        && path.bytes().all(plain)
        && !path.contains("//")
        && !path.split('/').any(ambiguous);
    if good {
        Ok(Some(path))
    } else {
        Err(Error::InvalidOption(
            "a return path begins with one / and has letters, digits and -._~ alone",
        ))
    }
}

/// The address of a client-id metadata document, as the draft wants it: https, with a path, and
/// nothing that two readers could understand in two ways. It is sent as it was typed.
pub(crate) fn checked_metadata_url(typed: Option<String>) -> Result<Option<String>, Error> {
    let Some(text) = trimmed(typed) else {
        return Ok(None);
    };
    let url = Url::parse(&text).ok();
    let dots = text
        .split(['/', '?'])
        .any(|segment| matches!(segment, "." | ".."));
    let good = url.is_some_and(|url| {
        url.scheme() == "https"
            && url.path().len() > 1
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none()
    });
    if good && !dots {
        Ok(Some(text))
    } else {
        Err(Error::InvalidOption(
            "a client metadata document has an https address with a path",
        ))
    }
}

fn trimmed(typed: Option<String>) -> Option<String> {
    typed
        .map(|text| text.trim().to_owned())
        .filter(|text| !text.is_empty())
}

/// RFC 6749 §3.3.
fn is_scope(text: &str) -> bool {
    text.bytes()
        .all(|byte| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e))
}
