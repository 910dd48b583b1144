//! Builds the view of a server from its rows and its running side, and tells it.

use drawbridge_oauth::{Issuer, Scopes, clean};

use super::Occasion;
use super::address::authority;
use super::headers::is_authorization;
use super::status::status;
use crate::core::Core;
use crate::error::Error;
use crate::ids::ServerId;
use crate::sign_in;
use crate::store::{ShownGrant, ShownRow, ShownServer};
use crate::view::{
    Action, AuthKind, Authorization, Connection, Event, IssuerPair, IssuerTrust, ServerView, Status,
};

impl Core {
    /// Tells everybody how the server is now.
    pub(crate) async fn publish(&self, id: &ServerId) {
        let _turn = self.events.turn().await;
        match self.view(id).await {
            Ok(server) => self.tell(server),
            // Removed while something of it was still under way, perhaps by another process, which
            // nobody here need be looking at.
            Err(Error::UnknownServer) => self.tell_removal(id),
            Err(error) => tracing::error!(server = %id, %error, "cannot show server {id}"),
        }
    }

    /// Tells that a server is gone.
    pub(crate) async fn publish_removal(&self, id: &ServerId) {
        let _turn = self.events.turn().await;
        self.tell_removal(id);
    }

    /// As [`Core::publish`], if the server was told otherwise or never.
    pub(crate) async fn publish_news(&self, id: &ServerId) -> Result<(), Error> {
        let _turn = self.events.turn().await;
        let server = self.view(id).await?;
        if self.events.is_news(&server) {
            self.tell(server);
        }
        Ok(())
    }

    /// As [`Core::publish`], and the same as an answer to whoever changed it.
    pub(crate) async fn publish_and_present(&self, id: &ServerId) -> Result<ServerView, Error> {
        let _turn = self.events.turn().await;
        let server = self.view(id).await.inspect_err(|error| {
            if matches!(error, Error::UnknownServer) {
                self.tell_removal(id);
            }
        })?;
        self.tell(server.clone());
        Ok(server)
    }

    fn tell(&self, server: ServerView) {
        let server = Box::new(server);
        self.events.send(Event::ServerChanged { server });
    }

    /// Once, and to those who were told that it is there.
    fn tell_removal(&self, id: &ServerId) {
        if self.events.was_told(id) {
            self.events.send(Event::ServerRemoved {
                id: id.to_string(),
                revision: self.events.next_revision(),
            });
        }
    }

    /// The server as it is now, as an answer to whoever changed it: in order with the events.
    pub(crate) async fn present(&self, id: &ServerId) -> Result<ServerView, Error> {
        let _turn = self.events.turn().await;
        self.view(id).await
    }

    /// The server as it is now. The caller holds the turn, or an older state gets a newer revision.
    async fn view(&self, id: &ServerId) -> Result<ServerView, Error> {
        let row = self.store.shown(id).await?;
        Ok(self.view_of(row.ok_or(Error::UnknownServer)?))
    }

    /// As [`Core::view`], of rows that were read a moment ago.
    pub(crate) fn view_of(&self, rows: ShownRow) -> ServerView {
        let ShownRow {
            server: row,
            grant,
            header_names,
            granted_redirect,
        } = rows;
        let live = self.live(&row.id);
        let state = live.state();
        let attempt = state.attempt.as_ref().or(state.storing.as_ref());
        let redirect_uri = attempt
            .and_then(|attempt| attempt.prompt.as_ref())
            .map(|prompt| prompt.redirect.as_str().to_owned());
        let authorization = match attempt {
            Some(attempt) => Authorization::SigningIn {
                step: attempt.step,
                since: attempt.since,
                surface: attempt.surface,
            },
            None => settled_authorization(&row, &header_names, grant.as_ref()),
        };
        let refused = refused_client(&row, &header_names, grant.as_ref());
        let failed = match &state.trouble {
            Some(trouble) => trouble.fault,
            None => refused.is_some(),
        };
        // Another process, or a renewal, may have brought it since.
        let given = grant.as_ref().map(|grant| Scopes::parse(&grant.scopes));
        let not_given = state.not_given.without(&given.unwrap_or_default());
        let not_given = Some(not_given).filter(|scopes| !scopes.is_empty());
        let standing = match &authorization {
            Authorization::SignedIn { .. } => not_given.map(Error::AccessNotGiven),
            _ => refused,
        };
        let (status, action) = status(
            row.enabled,
            &authorization,
            &state.connection,
            failed,
            state.occasion,
        );
        let deep_links = self.takes_deep_links(self.surface_for(&row.sign_in));
        ServerView {
            revision: self.events.next_revision(),
            redirect_uri: redirect_uri.or(granted_redirect),
            account: account(&authorization, grant),
            connection: state.connection.clone(),
            error: match &state.trouble {
                Some(trouble) => Some(trouble.error.clone()),
                None => standing.map(|error| error.view()),
            },
            ..at_rest(
                row,
                header_names,
                authorization,
                (status, action),
                deep_links,
            )
        }
    }
}

/// The server as its rows alone show it: nobody signs in, and there is no session.
pub(crate) fn stored_view(rows: ShownRow) -> ServerView {
    let ShownRow {
        server: row,
        grant,
        header_names,
        granted_redirect,
    } = rows;
    let authorization = settled_authorization(&row, &header_names, grant.as_ref());
    let refused = refused_client(&row, &header_names, grant.as_ref());
    let failed = refused.is_some();
    let says = status(
        row.enabled,
        &authorization,
        &Connection::Idle,
        failed,
        Occasion::default(),
    );
    ServerView {
        redirect_uri: granted_redirect,
        account: account(&authorization, grant),
        error: refused.map(|error| error.view()),
        // Nobody is here who could be come back to.
        ..at_rest(row, header_names, authorization, says, false)
    }
}

fn at_rest(
    row: ShownServer,
    header_names: Vec<String>,
    authorization: Authorization,
    (status, action): (Status, Option<Action>),
    deep_links: bool,
) -> ServerView {
    let accepted_issuer = shown_pair(&row.sign_in.issuer);
    let port_by_hand = sign_in::port_by_hand(&row.id);
    let own = row.redirect_by_hand.as_deref();
    let redirect_by_hand = sign_in::redirect_by_hand(&row.id, own, deep_links);
    ServerView {
        id: row.id.to_string(),
        revision: 0,
        host: url::Url::parse(&row.url).map_or_else(|_| String::new(), |url| authority(&url)),
        name: row.name,
        url: row.url,
        description: row.description,
        enabled: row.enabled,
        timeout_seconds: row.timeout_seconds,
        auth: row.auth,
        header_names,
        sign_in: row.sign_in,
        accepted_issuer,
        has_client_secret: row.has_client_secret,
        has_client_key: row.has_client_key,
        port_by_hand,
        redirect_by_hand,
        redirect_uri: None,
        account: None,
        authorization,
        connection: Connection::Idle,
        status,
        action,
        error: None,
    }
}

/// What the rows say when nobody is signing in.
fn settled_authorization(
    server: &ShownServer,
    header_names: &[String],
    grant: Option<&ShownGrant>,
) -> Authorization {
    // The person's own `Authorization` wins over any grant (rule D2).
    if server.auth != AuthKind::OAuth || header_names.iter().any(|name| is_authorization(name)) {
        return Authorization::NotNeeded;
    }
    let Some(grant) = grant else {
        return Authorization::SignedOut;
    };
    if let (Some(reason), Some(at)) = (grant.reauth_reason, grant.reauth_at) {
        // Nobody is there to sign in again: it is as before the first time, and failed.
        if server.signs_in_by_itself() {
            return Authorization::SignedOut;
        }
        return Authorization::ReauthRequired { reason, at };
    }
    let shown = |scopes: &str| shown_scopes(&Scopes::parse(scopes));
    Authorization::SignedIn {
        expires_at: grant.expires_at,
        scopes: shown(&grant.scopes),
        issuer: Issuer::shown_text(grant.issuer.as_deref().unwrap_or_default()),
        renewable: grant.has_refresh_token || server.signs_in_by_itself(),
        needs: grant
            .needed_scopes
            .as_deref()
            .map(shown)
            .unwrap_or_default(),
        signed_in_at: grant.signed_in_at,
        renewed_at: grant.renewed_at,
        asked: grant.asked_scopes.as_deref().map(shown),
    }
}

/// Whose grant it is, where a grant is what counts.
fn account(authorization: &Authorization, grant: Option<ShownGrant>) -> Option<String> {
    grant
        .filter(|_| *authorization != Authorization::NotNeeded)
        .and_then(|grant| grant.account)
}

/// The names that a server gives itself are its words, too (rule T8).
fn shown_pair(trust: &IssuerTrust) -> Option<IssuerPair> {
    let IssuerTrust::Accepted { expected, stated } = trust else {
        return None;
    };
    let (expected, stated) = Issuer::told_apart(expected, stated);
    Some(IssuerPair { expected, stated })
}

/// Scopes are a server's words, and stand in text that people read (rule T8).
pub(crate) fn shown_scopes(scopes: &Scopes) -> Vec<String> {
    let words = scopes.as_slice().iter().map(|scope| clean(scope));
    words.filter(|word| !word.is_empty()).collect()
}

/// Why a server without a person has no grant, if it had one.
fn refused_client(
    server: &ShownServer,
    header_names: &[String],
    grant: Option<&ShownGrant>,
) -> Option<Error> {
    grant
        .filter(|_| {
            server.signs_in_by_itself() && !header_names.iter().any(|name| is_authorization(name))
        })
        .and_then(|grant| grant.reauth_reason)
        .map(Error::of_refused_client)
}

#[cfg(test)]
mod tests {
    use super::*;

    // rule: T8
    #[test]
    fn a_scope_turns_no_text_around() {
        let scopes = Scopes::parse("tools read\u{202e}nimda \u{200b}");
        assert_eq!(shown_scopes(&scopes), ["tools", "read nimda"]);
    }
}
