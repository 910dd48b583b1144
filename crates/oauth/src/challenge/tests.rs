use http::HeaderValue;
use proptest::prelude::*;
use rstest::rstest;

use super::*;

fn headers(lines: &[&str]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in lines {
        headers.append(WWW_AUTHENTICATE, HeaderValue::from_str(line).unwrap());
    }
    headers
}

/// Challenges in a short form: `scheme token68 name=value…`.
fn read(lines: &[&str]) -> Vec<String> {
    let short = |one: Challenge| {
        let params = one
            .params
            .into_iter()
            .map(|(name, value)| format!("{name}={value}"));
        let parts = [one.scheme].into_iter().chain(one.token68).chain(params);
        parts.collect::<Vec<_>>().join(" | ")
    };
    parse_challenges(&headers(lines))
        .into_iter()
        .map(short)
        .collect()
}

// rule: D5
#[rstest]
#[case::nothing(&[], &[])]
#[case::scheme_alone(&["Bearer"], &["Bearer"])]
#[case::one(&[r#"Bearer realm="x", scope="a b""#], &["Bearer | realm=x | scope=a b"])]
#[case::from_the_rfc(
    &[r#"Basic realm="simple", Newauth realm="apps", type=1, title="Login to \"apps\"""#],
    &["Basic | realm=simple", r#"Newauth | realm=apps | type=1 | title=Login to "apps""#]
)]
#[case::several_lines(&["Negotiate", r#"Bearer error="x""#], &["Negotiate", "Bearer | error=x"])]
#[case::schemes_in_one_line(&["Negotiate, NTLM, Bearer a=1"], &["Negotiate", "NTLM", "Bearer | a=1"])]
#[case::token68(
    &["Negotiate oYG2MIGzoAMKAQA=, Bearer a=1"],
    &["Negotiate | oYG2MIGzoAMKAQA=", "Bearer | a=1"]
)]
#[case::comma_in_quotes(&[r#"Bearer d="no, Basic x=1", e=2"#], &["Bearer | d=no, Basic x=1 | e=2"])]
#[case::bearer_in_quotes(&[r#"Basic realm="Bearer scope=all""#], &["Basic | realm=Bearer scope=all"])]
#[case::blanks(&[" ,, Bearer   a = 1 ,\tb= \"2\" ,"], &["Bearer | a=1 | b=2"])]
#[case::no_commas(&[r#"Bearer a="1" b="2""#], &["Bearer | a=1 | b=2"])]
#[case::unquoted_url(
    &["Bearer resource_metadata=https://a.example/x?y=1, b=2"],
    &["Bearer | resource_metadata=https://a.example/x?y=1 | b=2"]
)]
#[case::never_closed(&[r#"Bearer a="1, b=2"#], &["Bearer | a=1, b=2"])]
#[case::param_of_nobody(&["a=1, Bearer b=2"], &["Bearer | b=2"])]
#[case::garbage(&[r#"{}"" ; Bearer a=1"#], &["Bearer | a=1"])]
fn challenges_are_read_by_their_grammar(#[case] lines: &[&str], #[case] expected: &[&str]) {
    assert_eq!(read(lines), expected);
}

// rule: D5
#[test]
fn scheme_and_names_are_read_in_any_case() {
    let headers = headers(&[r#"bEARER Resource_Metadata="https://a.example/m", SCOPE="b  a b""#]);
    let bearer = bearer(&headers).unwrap();
    assert_eq!(
        bearer.resource_metadata.as_deref(),
        Some("https://a.example/m")
    );
    assert_eq!(bearer.scope, Some(Scopes::parse("b a")));
}

// rule: D5
#[test]
fn the_bearer_challenge_with_metadata_wins_over_one_without() {
    let headers = headers(&[
        "Negotiate",
        r#"Bearer realm="old""#,
        r#"Bearer resource_metadata="https://a.example/m", error="invalid_token""#,
    ]);
    let bearer = bearer(&headers).unwrap();
    assert_eq!(
        bearer.resource_metadata.as_deref(),
        Some("https://a.example/m")
    );
    assert_eq!(bearer.error.as_deref(), Some("invalid_token"));
}

// rule: D5
#[rstest]
#[case::nothing(&[])]
#[case::another_scheme(&["Negotiate"])]
#[case::the_word_alone(&[r#"Basic realm="Bearer""#])]
fn no_bearer_challenge_is_made_up(#[case] lines: &[&str]) {
    assert_eq!(bearer(&headers(lines)), None);
}

// rule: T8
#[test]
fn words_of_a_challenge_are_cut_and_cleaned() {
    let line = format!(r#"Bearer error_description="a	b{}""#, "x".repeat(500));
    let text = bearer(&headers(&[&line]))
        .unwrap()
        .error_description
        .unwrap();
    assert!(text.starts_with("a bxxx"));
    assert_eq!(text.chars().count(), 250);
}

fn quoted(value: &str) -> String {
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

proptest! {
    // rule: D5
    #[test]
    fn anything_is_read_without_a_panic(line in "\\PC{0,200}") {
        let _ = grammar::challenges(&line);
    }

    // rule: D5
    #[test]
    fn what_is_written_by_the_grammar_is_read_back(
        written in prop::collection::vec(
            ("[A-Za-z][A-Za-z0-9-]{0,8}", prop::collection::vec(("[a-z_]{1,8}", "[ -~]{0,20}"), 1..4)),
            0..4,
        )
    ) {
        let line = written.iter().map(|(scheme, params)| {
            let params: Vec<_> =
                params.iter().map(|(name, value)| format!("{name}={}", quoted(value))).collect();
            format!("{scheme} {}", params.join(", "))
        });
        let line = line.collect::<Vec<_>>().join(", ");
        let read = grammar::challenges(&line);
        let expected: Vec<_> = written.into_iter().map(|(scheme, params)| Challenge { scheme, token68: None, params }).collect();
        prop_assert_eq!(read, expected);
    }
}

// rule: D5, G7
#[test]
fn more_scopes_than_anybody_could_agree_to_are_no_wish() {
    let many: Vec<String> = (0..1000).map(|n| format!("scope{n}")).collect();
    let line = format!(
        r#"Bearer error="insufficient_scope", scope="{}""#,
        many.join(" ")
    );
    let challenge = bearer(&headers(&[&line])).unwrap();
    assert_eq!(challenge.scope, None);
    assert_eq!(challenge.error.as_deref(), Some("insufficient_scope"));
}
