//! What the menu of the tray offers.

use super::needing::{AllNeeding, Need, Needing};
use crate::words::Words;

/// So many servers have a line of their own.
const SHOWN: usize = 8;
/// The longest name in a line, in characters.
const LONGEST: usize = 40;

/// A line of the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Line {
    /// A choice: its id and its words.
    Choice(String, String),
    /// A rule between two groups.
    Rule,
}

/// What was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Choice {
    /// The window.
    Show,
    /// The list of those that need the person.
    ShowNeeding,
    /// One server.
    Review(String),
    /// One server, and its sign-in.
    Reconnect(String),
    /// The end.
    Quit,
}

impl Choice {
    fn id(&self) -> String {
        match self {
            Self::Show => "show".to_owned(),
            Self::ShowNeeding => "needing".to_owned(),
            Self::Review(server) => format!("review:{server}"),
            Self::Reconnect(server) => format!("reconnect:{server}"),
            Self::Quit => "quit".to_owned(),
        }
    }

    /// Of a line, by its id.
    pub(crate) fn named(id: &str) -> Option<Self> {
        match id.split_once(':') {
            Some(("review", server)) => Some(Self::Review(server.to_owned())),
            Some(("reconnect", server)) => Some(Self::Reconnect(server.to_owned())),
            Some(_) => None,
            None => [Self::Show, Self::ShowNeeding, Self::Quit]
                .into_iter()
                .find(|choice| choice.id() == id),
        }
    }

    fn line(&self, words: impl Into<String>) -> Line {
        Line::Choice(self.id(), words.into())
    }
}

/// The whole menu.
pub(crate) fn lines(needing: &AllNeeding, words: &Words) -> Vec<Line> {
    let servers = needing.servers();
    let mut lines = vec![Choice::Show.line(words.show), Line::Rule];
    lines.extend(servers.iter().take(SHOWN).map(|server| line(server, words)));
    let more = servers.len().saturating_sub(SHOWN);
    if more > 0 {
        lines.push(Choice::ShowNeeding.line((words.others)(more)));
    }
    if !servers.is_empty() {
        lines.push(Line::Rule);
    }
    lines.push(Choice::Quit.line(words.quit));
    lines
}

fn line(server: &Needing, words: &Words) -> Line {
    let name = plain(&server.name);
    let id = server.id.clone();
    match server.need {
        Need::SignIn => Choice::Reconnect(id).line((words.sign_in_again)(&name)),
        Need::Access => Choice::Review(id).line((words.more_access)(&name)),
    }
}

/// A name that fits, and that cannot turn the words around it: neither by marks of direction nor by an
/// `&`, which stands for an access key.
fn plain(name: &str) -> String {
    let turns = |c: &char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let mut clean: String = name.chars().filter(|c| !turns(c)).collect();
    if clean.chars().count() > LONGEST {
        clean = clean.chars().take(LONGEST - 1).collect();
        clean.truncate(clean.trim_end().len());
        clean.push('…');
    }
    clean.replace('&', "&&")
}

#[cfg(test)]
mod tests {
    use drawbridge_engine::view::Language;
    use insta::assert_snapshot;

    use super::*;
    use crate::words::words;

    fn shown(names: &[(&str, Need)], language: Language) -> String {
        let servers = names.iter().enumerate().map(|(at, (name, need))| Needing {
            id: at.to_string(),
            name: (*name).to_owned(),
            need: *need,
        });
        let needing: AllNeeding = servers.collect();
        let lines = lines(&needing, words(language));
        let shown = lines.iter().map(|line| match line {
            Line::Choice(id, words) => {
                assert!(Choice::named(id).is_some_and(|choice| choice.id() == *id));
                format!("{id}: {words}")
            }
            Line::Rule => "--".to_owned(),
        });
        shown.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn nobody_needs_anything() {
        assert_snapshot!(shown(&[], Language::En), @r"
        show: Show Drawbridge
        --
        quit: Quit
        ");
    }

    #[test]
    fn each_server_that_needs_the_person_leads_to_what_it_needs() {
        let servers = [("Linear", Need::SignIn), ("Notes & Co.", Need::Access)];
        assert_snapshot!(shown(&servers, Language::De), @r"
        show: Drawbridge anzeigen
        --
        reconnect:0: Bei Linear neu anmelden
        review:1: Notes && Co. möchte mehr Zugriff
        --
        quit: Beenden
        ");
    }

    #[test]
    fn a_long_name_is_cut_and_none_turns_the_words_around_it() {
        let long = "A server whose owner gave it a name that is far too long";
        let servers = [(long, Need::SignIn), ("\u{202e}Evil\u{2066}", Need::SignIn)];
        assert_snapshot!(shown(&servers, Language::En), @r"
        show: Show Drawbridge
        --
        reconnect:0: Sign in to A server whose owner gave it a name tha… again
        reconnect:1: Sign in to Evil again
        --
        quit: Quit
        ");
    }

    #[test]
    fn of_many_the_first_are_named_and_the_others_counted() {
        let servers = [("X", Need::SignIn); 11];
        let shown = shown(&servers, Language::En);
        assert_eq!(shown.matches("reconnect:").count(), SHOWN);
        assert!(shown.contains("needing: 3 more…"), "{shown}");
    }

    #[test]
    fn a_line_that_nobody_made_means_nothing() {
        assert_eq!(Choice::named("erase:1"), None);
        assert_eq!(Choice::named(""), None);
    }
}
