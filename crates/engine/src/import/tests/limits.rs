//! What is refused as a whole.

use insta::assert_snapshot;
use rstest::rstest;

use super::*;

fn refused(text: &str) -> String {
    read(text).unwrap_err().to_string()
}

#[test]
fn a_text_that_is_no_list_says_what_is_wrong() {
    assert_snapshot!(refused(" "), @"There is nothing to import.");
    assert_snapshot!(refused("// later"), @"There is nothing to import.");
    assert_snapshot!(refused("{}"), @"The text lists no servers.");
    assert_snapshot!(refused(r#"{ "mcpServers": {} }"#), @"The text lists no servers.");
    assert_snapshot!(refused("[mcp_servers"), @"This is no JSON (line 1, column 2): Unexpected word.");
    assert_snapshot!(refused("[mcp_servers]"), @"The text lists no servers.");
    assert_snapshot!(refused("{ \"a\": {\n  \"url\": \"s3cret }"), @"This is no JSON (line 2, column 10): Unterminated string literal.");
}

#[rstest]
#[case("[mcp_servers.a]\nbearer_token = \"s3cret")]
#[case("{ \"a\": s3cret }")]
#[case("{ \"a\": \"s3cret }")]
fn a_refusal_repeats_nothing_of_the_text(#[case] text: &str) {
    assert!(!refused(text).contains("s3cret"));
}

#[test]
fn a_text_may_be_neither_long_nor_full_nor_deep() {
    let long = format!("{{ \"mcpServers\": {{}} }}{}", " ".repeat(TEXT_LIMIT));
    assert_eq!(read(&long).unwrap_err(), ImportError::TooLong);

    let many = vec![r#""https://a.example/""#; ENTRY_LIMIT + 1].join(",");
    let many = read(&format!("[{many}]")).unwrap_err();
    assert_eq!(
        many,
        ImportError::TooMany {
            count: ENTRY_LIMIT + 1
        }
    );

    let deep = read(&"[".repeat(100_000)).unwrap_err();
    assert_eq!(deep.code(), "import_not_json");
}
