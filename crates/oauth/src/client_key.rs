//! A client's private key, and what it signs to say who it is (RFC 7523 §2.2).

use std::fmt;
use std::time::Duration;

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use oauth2::CsrfToken;
use serde::Serialize;

use crate::{ClientId, ClientSecret, Error, Issuer};

/// How long an assertion is good. Long enough for two clocks that do not quite agree.
const LIFE: Duration = Duration::from_mins(1);
/// How many random bytes are in a `jti`.
const RANDOM_BYTES: u32 = 16;

/// A private key of a client that was registered by hand: RSA, P-256, P-384 or Ed25519.
#[derive(Clone)]
pub struct ClientKey {
    key: EncodingKey,
    algorithm: Algorithm,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    iat: u64,
    exp: u64,
    jti: &'a str,
}

impl ClientKey {
    /// Reads a PEM. The key says which algorithm it is for; one signature shows that it works.
    pub fn from_pem(pem: &str) -> Result<Self, Error> {
        let pem = pem.trim().as_bytes();
        let kinds = [
            (EncodingKey::from_ec_pem(pem), Algorithm::ES256),
            (EncodingKey::from_ec_pem(pem), Algorithm::ES384),
            (EncodingKey::from_rsa_pem(pem), Algorithm::RS256),
            (EncodingKey::from_ed_pem(pem), Algorithm::EdDSA),
        ];
        kinds
            .into_iter()
            .filter_map(|(key, algorithm)| Some((key.ok()?, algorithm)))
            .find(|(key, algorithm)| encode(&Header::new(*algorithm), &(), key).is_ok())
            .map(|(key, algorithm)| Self { key, algorithm })
            .ok_or(Error::UnusableKey)
    }

    /// Says who the client is to one authorization server, for a minute and for one request. `now`
    /// is since the Unix epoch. The audience is the issuer: another server must not be able to
    /// use it.
    pub fn assertion(
        &self,
        client: &ClientId,
        issuer: &Issuer,
        now: Duration,
    ) -> Result<ClientSecret, Error> {
        let jti = CsrfToken::new_random_len(RANDOM_BYTES);
        let claims = Claims {
            iss: client.as_str(),
            sub: client.as_str(),
            aud: issuer.as_str(),
            iat: now.as_secs(),
            exp: (now + LIFE).as_secs(),
            jti: jti.secret(),
        };
        encode(&Header::new(self.algorithm), &claims, &self.key)
            .map(ClientSecret::new)
            .map_err(|_| Error::UnusableKey)
    }
}

impl fmt::Debug for ClientKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<redacted {:?} key>", self.algorithm)
    }
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{DecodingKey, Validation, decode};
    use rstest::rstest;
    use serde_json::Value;

    use super::*;

    const ES256: &str = include_str!("../../testkit/keys/es256.pem");
    const RS256: &str = include_str!("../../testkit/keys/rs256.pem");
    const EDDSA: &str = include_str!("../../testkit/keys/eddsa.pem");

    fn public(algorithm: Algorithm) -> DecodingKey {
        match algorithm {
            Algorithm::ES256 => {
                DecodingKey::from_ec_pem(include_bytes!("../../testkit/keys/es256.pub.pem"))
            }
            Algorithm::RS256 => {
                DecodingKey::from_rsa_pem(include_bytes!("../../testkit/keys/rs256.pub.pem"))
            }
            _ => DecodingKey::from_ed_pem(include_bytes!("../../testkit/keys/eddsa.pub.pem")),
        }
        .unwrap()
    }

    fn signed(pem: &str, now: Duration) -> ClientSecret {
        let issuer = Issuer::parse("https://as.example/tenant").unwrap();
        let key = ClientKey::from_pem(pem).unwrap();
        key.assertion(&ClientId::new("c1"), &issuer, now).unwrap()
    }

    // rule: T6
    #[rstest]
    #[case(ES256, Algorithm::ES256)]
    #[case(RS256, Algorithm::RS256)]
    #[case(EDDSA, Algorithm::EdDSA)]
    fn an_assertion_names_client_and_issuer_for_a_minute(
        #[case] pem: &str,
        #[case] algorithm: Algorithm,
    ) {
        let assertion = signed(pem, Duration::from_secs(1_000));
        let mut validation = Validation::new(algorithm);
        validation.set_audience(&["https://as.example/tenant"]);
        validation.validate_exp = false;
        let read = decode::<Value>(assertion.expose(), &public(algorithm), &validation).unwrap();
        assert_eq!(read.claims["iss"], "c1");
        assert_eq!(read.claims["sub"], "c1");
        assert_eq!(read.claims["iat"], 1_000);
        assert_eq!(read.claims["exp"], 1_060);
    }

    // rule: T6
    #[test]
    fn no_two_assertions_are_the_same() {
        let now = Duration::from_secs(1_000);
        assert_ne!(signed(RS256, now).expose(), signed(RS256, now).expose());
    }

    #[rstest]
    #[case("")]
    #[case("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----")]
    #[case(include_str!("../../testkit/keys/es256.pub.pem"))]
    fn what_cannot_sign_is_no_key(#[case] pem: &str) {
        let error = ClientKey::from_pem(pem).unwrap_err();
        assert_eq!(error.to_string(), "The private key cannot be used");
        assert_eq!(error.code(), "unusable_key");
    }

    // rule: N5
    #[test]
    fn a_key_does_not_print_itself() {
        let key = ClientKey::from_pem(ES256).unwrap();
        assert_eq!(format!("{key:?}"), "<redacted ES256 key>");
    }
}
