//! Everything of a server that is shown, in one query.
//!
//! Its answer is one JSON text: rows are handed over from the thread of SQLite one by one, which takes
//! several times as long as reading them.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::Store;
use super::server::signs_in_by_itself;
use crate::ids::ServerId;
use crate::view::{AuthKind, Millis, ReauthReason, SignInOptions};

/// What a view of a server is made of.
#[derive(Deserialize)]
pub(crate) struct ShownRow {
    pub(crate) server: ShownServer,
    pub(crate) grant: Option<ShownGrant>,
    /// Of the static headers, in the order of the alphabet.
    pub(crate) header_names: Vec<String>,
    /// Where the sign-in that gave the grant came back to, unless its client is gone.
    pub(crate) granted_redirect: Option<String>,
}

/// One row of `server`, without what is sealed.
#[derive(Deserialize)]
pub(crate) struct ShownServer {
    #[serde(deserialize_with = "id")]
    pub(crate) id: ServerId,
    pub(crate) name: String,
    pub(crate) url: String,
    pub(crate) description: String,
    pub(crate) enabled: bool,
    pub(crate) auth: AuthKind,
    pub(crate) timeout_seconds: u32,
    pub(crate) sign_in: SignInOptions,
    pub(crate) has_client_secret: bool,
    pub(crate) has_client_key: bool,
    pub(crate) redirect_by_hand: Option<String>,
}

/// One row of `grant`, without what is sealed.
#[derive(Deserialize)]
pub(crate) struct ShownGrant {
    pub(crate) issuer: Option<String>,
    pub(crate) scopes: String,
    pub(crate) has_refresh_token: bool,
    pub(crate) issued_at: Millis,
    pub(crate) expires_at: Option<Millis>,
    pub(crate) reauth_reason: Option<ReauthReason>,
    pub(crate) reauth_at: Option<Millis>,
    pub(crate) needed_scopes: Option<String>,
    pub(crate) signed_in_at: Option<Millis>,
    pub(crate) asked_scopes: Option<String>,
    pub(crate) renewed_at: Option<Millis>,
    pub(crate) account: Option<String>,
    pub(crate) put_off: Option<String>,
}

impl ShownServer {
    pub(crate) fn signs_in_by_itself(&self) -> bool {
        signs_in_by_itself(self.auth, &self.sign_in)
    }
}

fn id<'de, D: serde::Deserializer<'de>>(text: D) -> Result<ServerId, D::Error> {
    String::deserialize(text).map(ServerId::from)
}

macro_rules! shown {
    ($which:literal) => {
        concat!(
            "SELECT json_group_array(json_object(
                'server', json_object(
                    'id', s.id, 'name', s.name, 'url', s.url, 'description', s.description,
                    'enabled', json(iif(s.enabled, 'true', 'false')),
                    'auth', s.auth, 'timeout_seconds', s.timeout_seconds,
                    'sign_in', iif(json_valid(s.sign_in), json(s.sign_in), NULL),
                    'has_client_secret', json(iif(s.client_secret IS NULL, 'false', 'true')),
                    'has_client_key', json(iif(s.client_key IS NULL, 'false', 'true')),
                    'redirect_by_hand', s.redirect_by_hand),
                'grant', iif(g.server IS NULL, NULL, json_object(
                    'issuer', iif(json_valid(g.metadata), g.metadata ->> 'issuer', NULL),
                    'scopes', g.scopes,
                    'has_refresh_token', json(iif(g.refresh_token IS NULL, 'false', 'true')),
                    'issued_at', g.issued_at, 'expires_at', g.expires_at,
                    'reauth_reason', g.reauth_reason,
                    'reauth_at', g.reauth_at, 'needed_scopes', g.needed_scopes,
                    'signed_in_at', g.signed_in_at, 'asked_scopes', g.asked_scopes,
                    'renewed_at', g.renewed_at, 'account', g.account, 'put_off', g.put_off)),
                'header_names', json((SELECT json_group_array(h.name ORDER BY h.name)
                                      FROM server_header AS h WHERE h.server = s.id)),
                'granted_redirect', substr(r.redirect_uri, 1, instr(r.redirect_uri || '#', '#') - 1)) ORDER BY s.position, s.id)
             FROM server AS s LEFT JOIN grant AS g ON g.server = s.id
             LEFT JOIN registration AS r ON r.id = g.registration ",
            $which
        )
    };
}

impl Store {
    pub(crate) async fn shown(&self, id: &ServerId) -> Result<Option<ShownRow>, sqlx::Error> {
        let answer: Vec<u8> = sqlx::query_scalar(shown!("WHERE s.id = ?"))
            .bind(id)
            .fetch_one(&mut *self.reads.turn().await?)
            .await?;
        let text = String::from_utf8_lossy(&answer);
        let mut rows: Vec<ShownRow> = serde_json::from_str(&text).map_err(unreadable)?;
        Ok(rows.pop())
    }

    /// In the order of the list. One row that cannot be read does not keep the others back.
    pub(crate) async fn all_shown(&self) -> Result<Vec<ShownRow>, sqlx::Error> {
        let answer: Vec<u8> = sqlx::query_scalar(shown!(""))
            .fetch_one(&mut *self.reads.turn().await?)
            .await?;
        let text = String::from_utf8_lossy(&answer);
        let rows: Vec<&RawValue> = serde_json::from_str(&text).map_err(unreadable)?;
        let readable = rows.iter().filter_map(|row| {
            serde_json::from_str(row.get())
                .inspect_err(|error| {
                    // Its words quote what is stored.
                    tracing::error!(kind = ?error.classify(), "a server cannot be shown");
                })
                .ok()
        });
        Ok(readable.collect())
    }
}

/// Without the words of the fault, which quote what is stored.
fn unreadable(_: serde_json::Error) -> sqlx::Error {
    sqlx::Error::Decode("what is stored of a server cannot be read".into())
}
