use insta::assert_snapshot;
use proptest::prelude::*;
use rstest::rstest;
use serde_json::{Value, json};

use super::*;
use crate::is_hidden;
use crate::wire::id_token;

const ISSUER: &str = "https://as.example/tenant";

fn read(token: &str) -> Option<Account> {
    let issuer = Issuer::parse(ISSUER).unwrap();
    Account::read(token, &issuer, &ClientId::new("c1"), &["sent-hunter2"])
}

fn named(claims: &Value) -> Option<String> {
    let account = read(&id_token(claims.to_string()));
    account.map(|account| account.as_str().to_owned())
}

/// The claims of Ada, with these in the place of hers.
fn ada(change: &Value) -> Value {
    let mut claims = json!({
        "iss": ISSUER, "aud": "c1", "sub": "248289761001",
        "email": "ada@example.com", "preferred_username": "ada", "name": "Ada Lovelace",
    });
    let all = claims.as_object_mut().unwrap();
    all.extend(change.as_object().unwrap().clone());
    claims
}

#[rstest]
#[case::all_of_them(json!({}), Some("ada@example.com"))]
#[case::no_email(json!({"email": null}), Some("ada"))]
#[case::an_empty_email(json!({"email": " \u{200b}"}), Some("ada"))]
#[case::an_email_that_is_none(json!({"email": ["ada@example.com"]}), Some("ada"))]
#[case::a_name_alone(json!({"email": null, "preferred_username": ""}), Some("Ada Lovelace"))]
#[case::a_subject_alone(json!({"email": null, "preferred_username": null, "name": null}), None)]
fn a_person_is_named_as_they_know_themselves(
    #[case] change: Value,
    #[case] expected: Option<&str>,
) {
    assert_eq!(named(&ada(&change)).as_deref(), expected);
}

#[rstest]
#[case::among_others(json!({"aud": ["https://api.example", "c1"]}), true)]
#[case::alone_in_a_list(json!({"aud": ["c1"]}), true)]
#[case::somebody_else(json!({"aud": "c2"}), false)]
#[case::some_others(json!({"aud": ["c2", "c11"]}), false)]
#[case::nobody(json!({"aud": []}), false)]
#[case::not_said(json!({"aud": null}), false)]
#[case::no_text(json!({"aud": {"c1": true}}), false)]
fn a_token_for_another_client_names_nobody(#[case] audience: Value, #[case] is_ours: bool) {
    assert_eq!(named(&ada(&audience)).is_some(), is_ours);
}

#[rstest]
#[case::another("https://evil.example")]
#[case::a_longer_one("https://as.example/tenant/")]
#[case::a_shorter_one("https://as.example")]
#[case::none("")]
fn a_token_of_another_issuer_names_nobody(#[case] issuer: &str) {
    assert_eq!(named(&ada(&json!({ "iss": issuer }))), None);
    assert_eq!(named(&ada(&json!({ "iss": null }))), None);
}

#[rstest]
#[case::nothing("")]
#[case::one_part("hunter2")]
#[case::two_parts("e30.e30")]
#[case::encrypted("e30.e30.e30.e30.e30")]
#[case::not_base64("e30.{}.e30")]
#[case::not_json("e30.aHVudGVyMg.e30")]
#[case::no_object("e30.W10.e30")]
fn what_is_no_token_names_nobody(#[case] text: &str) {
    assert_eq!(read(text), None);
}

#[test]
fn what_is_too_long_to_be_a_token_is_not_read() {
    let long = |letters| ada(&json!({ "picture": "x".repeat(letters) }));
    assert!(named(&long(10_000)).is_some());
    assert_eq!(named(&long(LONGEST)), None);
}

#[test]
fn claims_that_never_end_name_nobody() {
    let deep = format!("{}{}", r#"{"iss":"#, "[".repeat(20_000));
    assert_eq!(read(&id_token(deep)), None);
}

// rule: T8
#[test]
fn a_name_is_one_clean_line_without_what_was_sent() {
    let name = |email: &str| named(&ada(&json!({ "email": email }))).unwrap();
    assert_snapshot!(name("\u{202e}ada\r\n@example.com\u{7} sent-hunter2"), @"ada @example.com <redacted>");
    assert_eq!(name(&"a".repeat(9_000)).chars().count(), 250);
}

// rule: N5
#[test]
fn a_person_does_not_print_themselves() {
    let account = read(&id_token(ada(&json!({})).to_string()));
    assert_snapshot!(format!("{account:?}"), @"Some(<somebody>)");
}

proptest! {
    // rule: T8
    #[test]
    fn whatever_comes_is_a_short_plain_name_or_none(
        text in "(?s).{0,80}", email in "(?s).{0,300}", bytes in any::<Vec<u8>>()
    ) {
        let _ = read(&text);
        let _ = read(&id_token(&bytes));
        if let Some(name) = named(&ada(&json!({ "email": email }))) {
            prop_assert!(!name.is_empty() && name.chars().count() <= 250);
            prop_assert!(!name.chars().any(is_hidden));
        }
    }
}
