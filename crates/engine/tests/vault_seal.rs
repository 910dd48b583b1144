//! What is sealed opens again with the same key, in the same place, and nowhere else.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use drawbridge_engine::vault::{Key, Place, Vault, VaultError};
use rstest::rstest;

const PLACE: Place<'_> = Place {
    table: "grant",
    column: "refresh_token",
    row: "srv-1",
};

fn vault() -> Vault {
    Vault::with_key(Key::from_bytes(&[7; 32]).unwrap())
}

#[rstest]
#[case::nothing(b"")]
#[case::a_token(b"a refresh token")]
#[case::many_bytes(&[0xA5; 10_000])]
fn a_sealed_value_opens_again(#[case] plain: &[u8]) {
    let sealed = vault().seal(PLACE, plain);
    assert_eq!(vault().open_sealed(PLACE, &sealed).unwrap()[..], *plain);
}

#[test]
fn the_same_value_never_seals_to_the_same_bytes() {
    assert_ne!(vault().seal(PLACE, b"value"), vault().seal(PLACE, b"value"));
}

#[rstest]
#[case::another_row(Place { row: "srv-2", ..PLACE })]
#[case::another_column(Place { column: "access_token", ..PLACE })]
#[case::another_table(Place { table: "attempt", ..PLACE })]
#[case::a_border_that_moved(Place { table: "grantr", column: "efresh_token", ..PLACE })]
fn a_sealed_value_that_was_moved_is_refused(#[case] elsewhere: Place<'_>) {
    let sealed = vault().seal(PLACE, b"value");
    let refused = vault().open_sealed(elsewhere, &sealed).unwrap_err();
    assert_eq!(refused.code(), "vault_unreadable");
}

#[test]
fn a_sealed_value_with_one_bit_changed_is_refused() {
    let sealed = vault().seal(PLACE, b"value");
    for index in 0..sealed.len() {
        let mut tampered = sealed.clone();
        tampered[index] ^= 1;
        assert!(
            vault().open_sealed(PLACE, &tampered).is_err(),
            "byte {index}"
        );
    }
}

#[test]
fn a_sealed_value_that_was_cut_short_is_refused() {
    let sealed = vault().seal(PLACE, b"value");
    for length in 0..sealed.len() {
        assert!(
            vault().open_sealed(PLACE, &sealed[..length]).is_err(),
            "{length} bytes"
        );
    }
}

#[test]
fn another_key_opens_nothing_and_has_another_fingerprint() {
    let other = Vault::with_key(Key::generate());
    let sealed = vault().seal(PLACE, b"value");
    let refused = other.open_sealed(PLACE, &sealed).unwrap_err();
    insta::assert_snapshot!(
        refused,
        @"A stored value in grant.refresh_token cannot be opened with this key."
    );
    assert_eq!(refused.remedy(), Some("Sign in again to this server."));
    assert_ne!(other.fingerprint(), vault().fingerprint());
}

#[test]
fn a_fingerprint_is_the_same_for_ever() {
    insta::assert_snapshot!(vault().fingerprint(), @"5f7001fc1f37b37b");
}

// rule: N5
#[test]
fn a_key_is_not_printed() {
    let key = Key::from_bytes(&[7; 32]).unwrap();
    insta::assert_snapshot!(format!("{key:?} {:?}", vault()), @"Key(<redacted>) Vault { key: Key(<redacted>) }");
}

#[test]
fn a_key_has_32_bytes() {
    assert!(Key::from_bytes(&[0; 31]).is_none());
    assert!(Key::from_bytes(&[0; 33]).is_none());
}

#[test]
fn every_failure_says_what_to_do() {
    let failures = [
        VaultError::Absent("no bus".into()),
        VaultError::Locked,
        VaultError::LostKey,
        VaultError::TimedOut {
            after: std::time::Duration::from_secs(10),
        },
        VaultError::NotKept,
    ];
    for failure in failures {
        assert!(failure.remedy().is_some(), "{failure}");
    }
}
