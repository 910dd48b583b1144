//! Which server is meant.

use drawbridge_engine::server_url;
use drawbridge_engine::view::ServerView;
use url::Url;

use crate::failure::Failure;
use crate::words;

/// The shortest beginning of an id that counts as one.
const SHORTEST_PREFIX: usize = 4;

/// Finds a server by id, name (in any case), address or the beginning of its id, in this order.
pub(crate) fn find<'a>(servers: &'a [ServerView], typed: &str) -> Result<&'a ServerView, Failure> {
    candidates(servers, typed).and_then(|found| {
        found.ok_or_else(|| {
            let known = words::remedy("unknown_server", None, None);
            let message = format!("There is no server {}.", words::quoted(typed));
            Failure::new("unknown_server", &message, known.as_deref())
        })
    })
}

/// As [`find`], where it is no fault that there is none.
pub(crate) fn candidates<'a>(
    servers: &'a [ServerView],
    typed: &str,
) -> Result<Option<&'a ServerView>, Failure> {
    let url = server_url(typed).ok();
    let lower = typed.to_lowercase();
    let ways: [&dyn Fn(&ServerView) -> bool; 4] = [
        &|server| server.id == typed,
        &|server| server.name.to_lowercase() == lower,
        &|server| url.is_some() && Url::parse(&server.url).ok() == url,
        &|server| typed.len() >= SHORTEST_PREFIX && server.id.starts_with(&lower),
    ];
    for fits in ways {
        let found: Vec<&ServerView> = servers.iter().filter(|server| fits(server)).collect();
        match found.as_slice() {
            [] => {}
            [one] => return Ok(Some(one)),
            several => return Err(ambiguous(typed, several)),
        }
    }
    Ok(None)
}

/// Whether what is in no list is meant as an address: one that is not whole may be a name as well.
pub(crate) fn is_address(typed: &str) -> bool {
    let is_one_word = !typed.contains(char::is_whitespace);
    let has_parts = is_one_word && typed.contains(['.', ':', '/']);
    typed.contains("://") || has_parts && server_url(typed).is_ok()
}

fn ambiguous(typed: &str, servers: &[&ServerView]) -> Failure {
    let names: Vec<String> = servers
        .iter()
        .map(|server| format!("{} ({})", words::quoted(&server.name), server.id))
        .collect();
    let message = format!(
        "{} may be any of these: {}.",
        words::quoted(typed),
        names.join(", ")
    );
    Failure::new("ambiguous_server", &message, Some("Use the id."))
}

/// As many digits of each id as tell it apart from the others.
pub(crate) fn short_id_length(ids: &[&str]) -> usize {
    let common = |a: &str, b: &str| a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    let mut sorted = ids.to_vec();
    sorted.sort_unstable();
    let longest = sorted.windows(2).map(|pair| common(pair[0], pair[1]) + 1);
    longest.max().unwrap_or_default().max(8)
}

#[cfg(test)]
mod tests {
    use drawbridge_engine::view::ServerView;

    use rstest::rstest;

    use super::{find, is_address, short_id_length};
    use crate::shape::tests::server;

    fn servers() -> Vec<ServerView> {
        vec![
            server("0190aaaa1111", "Notes", "https://notes.example/mcp"),
            server("0190aaaa2222", "Work", "https://work.example/mcp?team=1"),
            server("0190bbbb3333", "work 2", "https://work.example/mcp?team=1"),
        ]
    }

    fn found(typed: &str) -> Result<String, (String, String)> {
        find(&servers(), typed)
            .map(|server| server.name.clone())
            .map_err(|failure| (failure.code, failure.message))
    }

    #[test]
    fn a_server_is_found_by_anything_that_is_its_own() {
        assert_eq!(found("0190aaaa2222").unwrap(), "Work");
        assert_eq!(found("nOTES").unwrap(), "Notes");
        assert_eq!(found("0190bb").unwrap(), "work 2");
        assert_eq!(found("https://NOTES.example/mcp").unwrap(), "Notes");
        assert_eq!(found("work").unwrap(), "Work");
        assert_eq!(found("notes.example/mcp").unwrap(), "Notes");
    }

    #[test]
    fn what_may_be_several_is_told_with_all_of_them() {
        let (code, message) = found("0190aaaa").unwrap_err();
        assert_eq!(code, "ambiguous_server");
        assert!(message.contains("Notes (0190aaaa1111)"), "{message}");
        assert!(message.contains("Work (0190aaaa2222)"), "{message}");
        assert_eq!(
            found("https://work.example/mcp?team=1").unwrap_err().0,
            "ambiguous_server"
        );
    }

    #[test]
    fn what_is_nobodys_is_told_as_that() {
        assert_eq!(found("nobody").unwrap_err().0, "unknown_server");
        assert_eq!(found("019").unwrap_err().0, "unknown_server");
        assert_eq!(
            found("https://notes.example/other").unwrap_err().0,
            "unknown_server"
        );
    }

    #[rstest]
    #[case::whole("https://notes.example/mcp", true)]
    #[case::whole_and_of_no_use("ftp://notes.example", true)]
    #[case::a_host("notes.example", true)]
    #[case::a_port("localhost:8080", true)]
    #[case::a_path("localhost/mcp", true)]
    #[case::a_word("notes", false)]
    #[case::words("My notes, v1.2", false)]
    #[case::no_port("notes:mine", false)]
    fn what_is_in_no_list_may_be_an_address(#[case] typed: &str, #[case] is_one: bool) {
        assert_eq!(is_address(typed), is_one);
    }

    #[test]
    fn an_id_is_shown_as_long_as_it_has_to_be() {
        assert_eq!(short_id_length(&[]), 8);
        assert_eq!(
            short_id_length(&["0190aaaa1111", "0190aaaa2222", "0190bbbb3333"]),
            9
        );
    }
}
