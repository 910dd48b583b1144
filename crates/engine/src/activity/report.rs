//! The report that is safe to paste. It is made of what was recorded and of what is shown, neither of
//! which has a secret, and addresses lose what may be one. Who signed in is nobody's business.

use std::fmt::Write as _;

use time::OffsetDateTime;
use url::Url;

use super::words::{decision, deed, fact, outcome};
use crate::doctor::shown;
use crate::error::Error;
use crate::ids::ServerId;
use crate::store::Store;
use crate::view::{Activity, Authorization, Connection, ErrorView, FactName, Millis, ServerView};

/// As many of the later happenings as a reader has patience for.
const MOST_LATER: usize = 60;

/// All that a report is made of.
struct Findings<'a> {
    now: Millis,
    server: &'a ServerView,
    /// `dynamic`, `pre_registered` or `metadata_document`.
    registration: Option<String>,
    /// How the server speaks MCP.
    era: Option<String>,
    /// The newest first.
    activity: &'a [Activity],
}

/// The report of a server, in Markdown, with what happened to it, the newest first.
pub(crate) async fn report(
    store: &Store,
    now: Millis,
    server: &ServerView,
    activity: &[Activity],
) -> Result<String, Error> {
    let id = ServerId::from(server.id.as_str());
    let row = store.server(&id).await?.ok_or(Error::UnknownServer)?;
    Ok(written(&Findings {
        now,
        server,
        registration: store.registration_kind(&id).await?,
        era: row.era,
        activity,
    }))
}

fn written(findings: &Findings<'_>) -> String {
    let mut page = Page(String::new());
    page.line("# Drawbridge diagnostic report");
    page.line("");
    page.head(findings);
    page.grant(findings);
    let newest = findings.activity.iter().find_map(|it| it.run.as_ref());
    page.run("Last connection", findings.activity, newest);
    let signed_in = findings.activity.iter().find(|it| it.sign_in);
    let signed_in = signed_in.and_then(|it| it.run.as_ref());
    if signed_in != newest {
        page.run("Last sign-in", findings.activity, signed_in);
    }
    page.later(findings.activity);
    page.0
}

struct Page(String);

impl Page {
    fn line(&mut self, text: &str) {
        self.0.push_str(text);
        self.0.push('\n');
    }

    fn item(&mut self, name: &str, value: &str) {
        // Writing into a string does not fail.
        let _ = writeln!(self.0, "- {name}: {}", plain(value));
    }

    fn error(&mut self, indent: &str, error: &ErrorView) {
        let _ = writeln!(
            self.0,
            "{indent}- Problem: {} (`{}`)",
            plain(&error.message),
            error.code
        );
        if let Some(remedy) = &error.remedy {
            let _ = writeln!(self.0, "{indent}- Remedy: {}", plain(remedy));
        }
    }

    fn head(&mut self, findings: &Findings<'_>) {
        let server = findings.server;
        self.item("Drawbridge", env!("CARGO_PKG_VERSION"));
        let system = format!("{} ({})", std::env::consts::OS, std::env::consts::ARCH);
        self.item("System", &system);
        self.item("Written", &date(findings.now));
        self.item("Server", &address(&server.url));
        self.item("Lets in by", &name_of(&server.auth));
        self.item("MCP", findings.era.as_deref().unwrap_or("not known yet"));
        self.item("Status", &name_of(&server.status));
        self.item("Connection", &name_of(&server.connection));
        if let Some(error) = &server.error {
            self.error("", error);
        }
        match &server.connection {
            Connection::Retrying { error, at } => {
                self.error("", error);
                self.item("Next try", &date(*at));
            }
            Connection::Failed { error } if server.error.as_ref() != Some(error) => {
                self.error("", error);
            }
            _ => {}
        }
    }

    fn grant(&mut self, findings: &Findings<'_>) {
        self.line("");
        self.line("## Sign-in");
        self.line("");
        self.item("State", &name_of(&findings.server.authorization));
        match &findings.server.authorization {
            Authorization::SignedIn {
                expires_at,
                scopes,
                issuer,
                renewable,
                needs,
                ..
            } => {
                self.item("Issuer", issuer);
                self.item("Scopes", &scopes.join(" "));
                let ends = expires_at.map_or_else(|| "not stated".to_owned(), date);
                self.item("Token ends", &ends);
                self.item("Renewable", if *renewable { "yes" } else { "no" });
                if !needs.is_empty() {
                    self.item("Also asked for", &needs.join(" "));
                }
            }
            Authorization::ReauthRequired { reason, at } => {
                self.item("Reason", &name_of(reason));
                self.item("Since", &date(*at));
            }
            _ => {}
        }
        if let Some(registration) = &findings.registration {
            self.item("Client", registration);
        }
        if let Some(redirect) = &findings.server.redirect_uri {
            self.item("Return address", &address(redirect));
        }
    }

    fn run(&mut self, title: &str, activity: &[Activity], run: Option<&String>) {
        let Some(run) = run else { return };
        self.line("");
        self.line(&format!("## {title}"));
        self.line("");
        let steps = activity.iter().rev();
        for (at, step) in steps.filter(|it| it.run.as_ref() == Some(run)).enumerate() {
            self.entry(&format!("{}.", at + 1), step);
        }
    }

    fn later(&mut self, activity: &[Activity]) {
        let mut later = activity.iter().filter(|it| it.run.is_none()).peekable();
        if later.peek().is_none() {
            return;
        }
        self.line("");
        self.line("## What else happened, newest first");
        self.line("");
        for entry in later.take(MOST_LATER) {
            self.entry("-", entry);
        }
    }

    fn entry(&mut self, mark: &str, entry: &Activity) {
        let took = entry.took.map(|took| format!(", {took} ms"));
        let _ = writeln!(
            self.0,
            "{mark} {} {}: {}{}",
            date(entry.at),
            deed(entry.what),
            outcome(entry.outcome),
            took.unwrap_or_default()
        );
        for asked in &entry.asked {
            let answer = asked.status.map_or("no answer".into(), |it| it.to_string());
            let _ = writeln!(
                self.0,
                "   - {} {} → {answer}, {} ms",
                asked.method,
                plain(&asked.place),
                asked.took
            );
        }
        for told in &entry.facts {
            let value = match told.name {
                FactName::NextTry => told.value.parse().map_or_else(|_| told.value.clone(), date),
                _ => plain(&told.value),
            };
            let _ = writeln!(self.0, "   - {}: {value}", fact(told.name));
        }
        if let Some(decided) = entry.decided {
            let (what, why) = decision(decided);
            let _ = writeln!(
                self.0,
                "   - {what}{}",
                why.map(|why| format!(" {why}")).unwrap_or_default()
            );
        }
        if let Some(problem) = &entry.problem {
            self.error("   ", problem);
        }
    }
}

/// Origin and path; that there was more is told, and not what.
fn address(url: &str) -> String {
    let Ok(url) = Url::parse(url) else {
        return "not an address".to_owned();
    };
    let more = if url.query().is_some() { "?…" } else { "" };
    format!("{}{more}", shown(&url))
}

/// On one line, and no markup: a report is pasted into pages that show some.
fn plain(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '<' => '‹',
            '>' => '›',
            '`' => '\'',
            c if c.is_control() => ' ',
            c => c,
        })
        .collect()
}

fn date(at: Millis) -> String {
    let at = OffsetDateTime::from_unix_timestamp(at / 1000).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    format!(
        "{}-{:02}-{:02} {:02}:{:02}:{:02} UTC",
        at.year(),
        u8::from(at.month()),
        at.day(),
        at.hour(),
        at.minute(),
        at.second()
    )
}

/// The name that front ends know it by.
fn name_of<T: serde::Serialize>(value: &T) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    let tag = ["kind", "state"].iter().find_map(|tag| value.get(tag));
    tag.unwrap_or(&value)
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    // rule: N5
    #[test]
    fn an_address_keeps_its_path_and_nothing_that_may_be_a_key() {
        assert_eq!(
            address("https://ada:pw@a.example/mcp?api_key=1#2"),
            "https://a.example/mcp?…"
        );
        assert_eq!(address("https://a.example/"), "https://a.example/");
    }

    #[test]
    fn foreign_words_bring_no_markup_into_it() {
        assert_eq!(plain("<img src=x>\n`a`"), "‹img src=x› 'a'");
    }
}
