use drawbridge_engine::Error;
use drawbridge_engine::vault::{KeyFileProblem, VaultError};
use drawbridge_oauth::{Error as OAuthError, RedirectUri};

use super::Failure;
use crate::shape::tests::server;

fn told(error: Error) -> String {
    let notes = server("1", "Notes", "https://notes.example/");
    Failure::from(error).about(&notes).remedy.unwrap()
}

#[test]
fn what_to_do_is_said_once_however_late_the_server_is_known() {
    let missing = Error::Vault(VaultError::KeyFile {
        path: "key".into(),
        problem: KeyFileProblem::Missing,
    });
    let remedy = told(missing);
    assert_eq!(remedy.matches("drawbridge new-key").count(), 1, "{remedy}");
    let unknown = Error::ClientIdNeeded {
        redirect: Some(RedirectUri::new("http://127.0.0.1:8976/callback")),
        why: Box::new(OAuthError::NoRegistration {
            issuer: "https://auth.example.com".to_owned(),
        }),
    };
    let remedy = told(unknown);
    assert!(
        remedy.contains("http://127.0.0.1:8976/callback;"),
        "{remedy}"
    );
    assert!(remedy.contains("--port 8976"), "{remedy}");
}
