use insta::assert_snapshot;
use proptest::prelude::*;
use rstest::rstest;
use url::form_urlencoded;

use super::*;

fn read(query: &str) -> Callback {
    parse_callback(&format!("dev.drawbridge.desktop:/oauth/callback?{query}")).unwrap()
}

// rule: T3
#[rstest]
#[case::deep_link("dev.drawbridge.desktop:/oauth/callback?code=c%2B1&state=s")]
#[case::deep_link_with_a_host("dev.drawbridge.desktop://oauth/callback/?state=s&code=c%2B1")]
#[case::loopback("http://127.0.0.1:1234/callback?code=c%2B1&state=s&session_state=x#_=_")]
#[case::pasted("\n  http://localhost/?code=c%2B1&state=s \t")]
#[case::query_alone(" code=c%2B1&state=s ")]
#[case::query_with_its_mark("?state=s&code=c%2B1")]
fn a_callback_is_read_whatever_its_place(#[case] url: &str) {
    let callback = parse_callback(url).unwrap();
    assert_eq!(callback.state.expose(), "s");
    assert_eq!(callback.issuer, None);
    let Answer::Code(code) = &callback.answer else {
        panic!("{callback:?}")
    };
    assert_eq!(code.expose(), "c+1");
}

// rule: T3, T8
#[test]
fn a_refusal_is_an_answer_too() {
    let callback = read("error=access_denied&error_description=You+said%0A%1bno&state=s&iss=i");
    let Answer::Error { error, description } = callback.answer else {
        panic!("not an error")
    };
    assert_eq!(error, "access_denied");
    assert_eq!(description.as_deref(), Some("You said no"));
    assert_eq!(callback.issuer.as_deref(), Some("i"));
}

// rule: T3, N5
#[rstest]
#[case::not_a_url("hunter2", "it is not a URL")]
#[case::empty("", "it is not a URL")]
#[case::a_sentence("code = hunter2", "it is not a URL")]
#[case::query_without_state("code=hunter2", "it has no state")]
#[case::nothing("x:/cb?state=hunter2", "it has no code")]
#[case::empty_code("x:/cb?code=&state=hunter2", "it has no code")]
#[case::no_state("x:/cb?code=hunter2", "it has no state")]
#[case::empty_state("x:/cb?code=hunter2&state=", "it has no state")]
#[case::both("x:/cb?code=hunter2&error=e&state=s", "it has a code and an error")]
#[case::two_codes("x:/cb?code=hunter2&code=b&state=s", "a parameter comes twice")]
#[case::two_states("x:/cb?code=hunter2&state=s&state=s", "a parameter comes twice")]
#[case::two_issuers("x:/cb?code=hunter2&state=s&iss=a&iss=b", "a parameter comes twice")]
#[case::two_errors("x:/cb?error=hunter2&state=s&error=b", "a parameter comes twice")]
fn what_is_no_callback_is_not_repeated(#[case] url: &str, #[case] problem: &str) {
    let error = parse_callback(url).unwrap_err();
    assert!(error.to_string().ends_with(problem), "{error}");
    assert!(!format!("{error} {error:?}").contains("hunter2"));
}

#[test]
fn a_flood_is_not_read() {
    let error = parse_callback(&format!("x:/cb?code={}", "a".repeat(70_000))).unwrap_err();
    assert_eq!(error.code(), "malformed_callback");
}

// rule: T3
#[rstest]
#[case::the_right_one(Some("https://as.example"), true, None)]
#[case::the_right_one_unannounced(Some("https://as.example"), false, None)]
#[case::none_and_none_promised(None, false, None)]
#[case::none_though_promised(None, true, Some("callback_issuer_missing"))]
#[case::another(Some("https://evil.example"), false, Some("callback_issuer_mismatch"))]
#[case::with_a_slash(Some("https://as.example/"), true, Some("callback_issuer_mismatch"))]
#[case::empty(Some(""), false, Some("callback_issuer_mismatch"))]
fn the_issuer_is_compared_byte_by_byte(
    #[case] stated: Option<&str>,
    #[case] advertised: bool,
    #[case] expected: Option<&str>,
) {
    let callback = Callback {
        state: State::new("s"),
        issuer: stated.map(str::to_owned),
        answer: Answer::Code(AuthorizationCode::new("c")),
    };
    let issuer = Issuer::parse("https://as.example").unwrap();
    let found = check_issuer(&callback, &issuer, advertised);
    assert_eq!(found.err().map(|error| error.code()), expected);
}

// rule: T3
#[test]
fn the_words_of_a_stranger_are_not_told() {
    let callback = read("error=e&error_description=call+me&state=s&iss=https://evil.example");
    let issuer = Issuer::parse("https://as.example").unwrap();
    let error = check_issuer(&callback, &issuer, false).unwrap_err();
    assert_snapshot!(error, @"The sign-in was answered by somebody other than https://as.example");
    let told = format!("{error} {error:?} {callback:?}");
    assert!(!told.contains("call me"));
}

// rule: T2
#[test]
fn a_state_is_known_by_its_digest() {
    let state = State::new("abc");
    assert_eq!(state.digest()[..4], [0xba, 0x78, 0x16, 0xbf]);
    assert!(state.matches(&state.digest()));
    assert!(!State::new("abd").matches(&state.digest()));
}

proptest! {
    // rule: T3
    #[test]
    fn anything_is_read_without_a_panic(url in "\\PC{0,200}", query in "[a-z%=&+#?]{0,80}") {
        let _ = parse_callback(&url);
        let _ = parse_callback(&format!("x:/cb?{query}"));
    }

    // rule: T3
    #[test]
    fn what_was_encoded_comes_back(code in "\\PC{1,60}", state in "\\PC{1,60}") {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("code", &code).append_pair("state", &state);
        let callback = read(&query.finish());
        prop_assert_eq!(callback.state.expose(), state);
        let Answer::Code(read) = callback.answer else { panic!("not a code") };
        prop_assert_eq!(read.expose(), code);
    }
}
