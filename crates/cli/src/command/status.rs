//! `drawbridge status`: what is stored, honestly; nobody is asked, no key is opened.

use drawbridge_engine::view::{Authorization, ReauthReason, ServerView};
use drawbridge_engine::{Clock, PinnedKey, Stored, kept_aside};
use serde::Serialize;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::find::find;
use crate::output::Output;
use crate::place::Place;
use crate::shape::{Server, shown};
use crate::text::line;
use crate::words::{retry_now, span, with_next_try};

#[derive(Serialize)]
struct Answer {
    data_dir: String,
    key: Option<Key>,
    kept_aside: Vec<String>,
    servers: Vec<Server>,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Key {
    Keychain,
    File { path: String },
}

/// Shows one server, or all.
pub(crate) async fn status(
    typed: Option<&str>,
    place: &Place,
    output: &Output,
) -> Result<Exit, Failure> {
    let (mut stored, key) = match place.catalogue().await? {
        Some(catalogue) => {
            let found = (catalogue.servers().await?, catalogue.pinned_key().await?);
            catalogue.close().await;
            found
        }
        None => (Vec::new(), None),
    };
    if let Some(typed) = typed {
        let views: Vec<ServerView> = stored.iter().map(|stored| stored.server.clone()).collect();
        let id = &find(&views, typed)?.id;
        stored.retain(|stored| stored.server.id == *id);
    }
    let kept_aside: Vec<String> = kept_aside(&place.data_dir)
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    let mut text = Vec::new();
    if typed.is_none() {
        text.push(format!("Data: {}", place.data_dir.display()));
        text.push(format!("Key:  {}", place_of(key.as_ref())));
        for path in &kept_aside {
            text.push(format!("Damaged database, kept aside: {path}"));
        }
    }
    let now = Clock::system().now();
    text.extend(stored.iter().map(|stored| words(stored, now)));
    let answer = Answer {
        data_dir: place.data_dir.display().to_string(),
        key: key.map(|key| match key {
            PinnedKey::Keychain => Key::Keychain,
            PinnedKey::File(path) => Key::File {
                path: path.display().to_string(),
            },
        }),
        kept_aside,
        servers: stored.into_iter().map(Server::stored).collect(),
    };
    output.answer(&answer, || text.join("\n"))?;
    Ok(Exit::Done)
}

fn place_of(key: Option<&PinnedKey>) -> String {
    match key {
        Some(PinnedKey::Keychain) => "in the keychain".to_owned(),
        Some(PinnedKey::File(path)) => format!("in the file {}", path.display()),
        None => "none yet".to_owned(),
    }
}

fn words(stored: &Stored, now: i64) -> String {
    let server = &stored.server;
    let shape = Server::stored(stored.clone());
    let mut lines = vec![
        String::new(),
        format!("{}: {}", line(&server.name), shown(shape.status)),
        format!("  URL      {}", line(&server.url)),
        format!("  Id       {}", server.id),
    ];
    if let Some(account) = &server.account {
        lines.push(format!("  Account  {}", line(account)));
    }
    match &server.authorization {
        Authorization::NotNeeded if server.header_names.is_empty() => {
            lines.push("  Sign-in  none needed".to_owned());
        }
        Authorization::NotNeeded => {
            lines.push(format!(
                "  Headers  {}",
                line(&server.header_names.join(", "))
            ));
        }
        Authorization::SignedIn {
            expires_at,
            scopes,
            issuer,
            renewable,
            needs,
            signed_in_at,
            renewed_at,
            asked,
        } => {
            let since = signed_in_at.map(|at| format!("{}, ", ago(at, now)));
            let since = since.unwrap_or_default();
            lines.push(format!("  Sign-in  {since}at {}", line(issuer)));
            if let Some(at) = renewed_at {
                lines.push(format!("  Renewed  {}", ago(*at, now)));
            }
            lines.push(format!("  Token    {}", life(*expires_at, *renewable, now)));
            if let Some(asked) = asked.as_ref().filter(|asked| !asked.is_empty()) {
                lines.push(format!("  Asked    {}", line(&asked.join(" "))));
            }
            if !scopes.is_empty() {
                lines.push(format!("  Access   {}", line(&scopes.join(" "))));
            }
            if !needs.is_empty() {
                lines.push(format!("  Needs    {}", line(&needs.join(" "))));
            }
        }
        Authorization::ReauthRequired { reason, at } => {
            let ago = ago(*at, now);
            lines.push(format!("  Sign-in  ended {ago}: {}", because(*reason)));
        }
        Authorization::SignedOut | Authorization::SigningIn { .. } => {
            lines.push("  Sign-in  none".to_owned());
        }
    }
    if let Some(waiting) = &stored.waiting {
        let why = line(&waiting.error.message);
        let why = with_next_try(&why, waiting.until, now);
        lines.push(format!("  Waiting  {why}"));
        lines.push(format!("           {}", line(&retry_now(&server.name))));
    }
    if stored.tools > 0 {
        lines.push(format!("  Tools    {}", stored.tools));
    }
    lines.join("\n")
}

fn life(expires_at: Option<i64>, renewable: bool, now: i64) -> String {
    let end = match expires_at {
        None => "ends nobody knows when".to_owned(),
        Some(at) if at > now => format!("ends in {}", span(at - now)),
        Some(at) => format!("ended {}", ago(at, now)),
    };
    let then = if renewable {
        "renewed without you"
    } else {
        "then you sign in again"
    };
    format!("{end}, {then}")
}

fn ago(at: i64, now: i64) -> String {
    format!("{} ago", span(now.saturating_sub(at).max(0)))
}

fn because(reason: ReauthReason) -> &'static str {
    match reason {
        ReauthReason::InvalidGrant => "the sign-in server took it back",
        ReauthReason::RejectedByServer => "the server refused a new token",
        ReauthReason::Expired => "it expired and cannot be renewed",
        ReauthReason::RefusedWithoutReason => "the renewal was refused without a reason",
        ReauthReason::ClientRejected => "the sign-in server does not know Drawbridge any more",
        ReauthReason::Interrupted => "a renewal was cut off before its answer was stored",
        ReauthReason::Unreadable => "it cannot be opened with this key",
    }
}

#[cfg(test)]
mod tests {
    use drawbridge_engine::view::{Authorization, ErrorView, ServerView, Status};
    use drawbridge_engine::{Stored, Waiting};

    use super::{life, words};
    use crate::shape::tests::server;

    fn signed_in() -> ServerView {
        let mut view = server("1", "My Notes", "https://notes.example/");
        view.status = Status::Ready;
        view.authorization = Authorization::SignedIn {
            expires_at: Some(-60_000),
            scopes: Vec::new(),
            issuer: "https://login.example".to_owned(),
            renewable: true,
            needs: Vec::new(),
            signed_in_at: None,
            renewed_at: None,
            asked: None,
        };
        view
    }

    // rule: G5
    #[test]
    fn that_it_waits_for_the_sign_in_server_is_told_with_how_not_to() {
        let stored = |stops_calls| Stored {
            server: signed_in(),
            tools: 0,
            waiting: Some(Waiting {
                error: ErrorView {
                    code: "server_unavailable".to_owned(),
                    message: "It said\n\u{1b}[31m429.".to_owned(),
                    remedy: Some("Try again later.".to_owned()),
                },
                until: 539_000,
                stops_calls,
            }),
        };
        let said = words(&stored(true), 0);
        assert!(said.starts_with("\nMy Notes: can't reach\n"), "{said}");
        assert!(
            said.ends_with(
                "  Token    ended 1 minute ago, renewed without you\n  \
                 Waiting  It said [31m429. The next try is in 9 minutes.\n           \
                 To try now, run: drawbridge connect 'My Notes'"
            ),
            "{said}"
        );
        // Nothing is missing until the token is over.
        let said = words(&stored(false), 0);
        assert!(said.starts_with("\nMy Notes: ready\n"), "{said}");
        assert!(said.contains("\n  Waiting  "), "{said}");
    }

    #[test]
    fn a_sign_in_is_told_with_who_made_it_when_and_for_what() {
        let mut view = server("1", "Notes", "https://notes.example/");
        view.account = Some("ada\u{1b}[31m@lovelace\n.example".to_owned());
        view.status = Status::Ready;
        view.authorization = Authorization::SignedIn {
            expires_at: Some(3_600_000),
            scopes: vec!["read".to_owned()],
            issuer: "https://login.example".to_owned(),
            renewable: true,
            needs: Vec::new(),
            signed_in_at: Some(-7_200_000),
            renewed_at: Some(-60_000),
            asked: Some(vec!["read".to_owned(), "wri\u{202e}te".to_owned()]),
        };
        let stored = Stored {
            server: view,
            tools: 0,
            waiting: None,
        };
        assert_eq!(
            words(&stored, 0),
            "\nNotes: ready\n  \
             URL      https://notes.example/\n  \
             Id       1\n  \
             Account  ada[31m@lovelace .example\n  \
             Sign-in  2 hours ago, at https://login.example\n  \
             Renewed  1 minute ago\n  \
             Token    ends in 1 hour, renewed without you\n  \
             Asked    read write\n  \
             Access   read"
        );
    }

    #[test]
    fn an_unknown_end_is_neither_now_nor_never() {
        assert_eq!(
            life(None, true, 0),
            "ends nobody knows when, renewed without you"
        );
        assert_eq!(
            life(Some(0), false, 5_000),
            "ended 5 seconds ago, then you sign in again"
        );
    }
}
