//! What to do where only a client of one's own can help: the command edits no server, but adds it anew.

use url::Url;

/// The path that a redirect to this computer has if nobody says otherwise.
const PATH: &str = "/callback";

/// A server that is not in the list has no address yet to register.
const NOT_IN_THE_LIST: &str =
    "Add it with drawbridge add. drawbridge doctor then names the address to register an app with.";

/// What the engine says, for somebody without settings to type a client id into.
pub(crate) fn remedy(engines: Option<&str>) -> String {
    let of_the_list = engines.and_then(with_its_address);
    of_the_list.unwrap_or_else(|| NOT_IN_THE_LIST.to_owned())
}

/// Added anew, the server would come back to another port: the way back is said with its options.
fn with_its_address(engines: &str) -> Option<String> {
    let (register, rest) = engines.split_once(", and enter its client id")?;
    let (_, redirect) = register.split_once("the redirect URI ")?;
    let way = way(redirect);
    let key = if rest.contains("choose Headers") {
        " If the provider gives out access tokens, add it with --header-stdin instead."
    } else {
        ""
    };
    Some(format!(
        "{register}; then remove the server and add it again with its --client-id and with {way}.{key}"
    ))
}

/// The options of `add` with which the browser comes back to this address.
fn way(redirect: &str) -> String {
    let url = Url::parse(redirect).ok();
    let at = url.as_ref().and_then(|url| Some((url.host_str()?, url)));
    let (rung, url) = match at {
        Some(("127.0.0.1", url)) => ("loopback", url),
        Some(("localhost", url)) => ("localhost", url),
        _ => return "--redirect deep-link".to_owned(),
    };
    let port = url.port_or_known_default().unwrap_or_default();
    let path = match url.path() {
        PATH => String::new(),
        path => format!(" --redirect-path {path}"),
    };
    format!("--redirect {rung} --port {port}{path}")
}

#[cfg(test)]
mod tests;
