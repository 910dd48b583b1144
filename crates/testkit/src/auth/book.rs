//! The authorization server's memory: clients, codes, tokens and the grants that they hang on.
//!
//! Plain book-keeping with no HTTP in it. Time is passed in.

use std::{
    collections::{HashMap, HashSet},
    time::{Duration, Instant},
};

use super::{RefreshTokens, error::Refusal};
use crate::random;

/// A registered client (RFC 7591).
#[derive(Debug, Clone)]
pub(crate) struct Client {
    pub(crate) id: String,
    pub(crate) secret: Option<String>,
    pub(crate) auth_method: String,
    pub(crate) name: String,
    pub(crate) redirect_uris: Vec<String>,
    /// As it registered; `None` if it said nothing.
    pub(crate) scope: Option<String>,
}

impl Client {
    /// Whether it registered for this scope, or for none in particular.
    pub(crate) fn may_ask_for(&self, scope: &str) -> bool {
        let registered = self.scope.as_deref();
        registered.is_none_or(|all| all.split(' ').any(|known| known == scope))
    }

    /// Redirect URIs are compared byte for byte; only those on loopback that a client published in a
    /// document of its own may have any port (RFC 8252 §7.3).
    pub(crate) fn accepts(&self, redirect: &str) -> bool {
        if self.redirect_uris.iter().any(|uri| uri == redirect) {
            return true;
        }
        let Ok(mut url) = url::Url::parse(redirect) else {
            return false;
        };
        let without_port =
            self.id.starts_with("https://") && url.scheme() == "http" && url.set_port(None).is_ok();
        without_port && self.redirect_uris.iter().any(|uri| uri == url.as_str())
    }
}

/// What the person agreed to.
#[derive(Debug, Clone)]
pub(crate) struct Agreement {
    pub(crate) client_id: String,
    pub(crate) redirect_uri: String,
    pub(crate) scopes: Vec<String>,
    pub(crate) resource: Option<String>,
    pub(crate) challenge: String,
}

/// A live access token, as the MCP server sees it.
#[derive(Debug, Clone)]
pub(crate) struct Pass {
    pub(crate) grant: u64,
    pub(crate) scopes: Vec<String>,
    pub(crate) resource: Option<String>,
    expires: Instant,
    /// When it was shown first.
    shown: Option<Instant>,
}

#[derive(Debug)]
struct Grant {
    agreement: Agreement,
    revoked: bool,
    /// The refresh token that is good now.
    refresh: Option<String>,
}

#[derive(Debug)]
struct Code {
    grant: u64,
    used: bool,
    expires: Instant,
}

/// The tokens of one answer.
#[derive(Debug)]
pub(crate) struct Issued {
    pub(crate) access_token: String,
    pub(crate) refresh_token: Option<String>,
    pub(crate) scopes: Vec<String>,
    /// Who signed in; the book does not know.
    pub(crate) id_token: Option<String>,
}

/// How tokens are made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terms {
    pub(crate) lifetime: Duration,
    pub(crate) refresh: RefreshTokens,
    pub(crate) checks_resource: bool,
    pub(crate) repeats_access: bool,
}

/// What a refresh request brought.
#[derive(Debug)]
pub(crate) struct RefreshRequest<'a> {
    pub(crate) token: &'a str,
    pub(crate) client_id: &'a str,
    pub(crate) resource: Option<&'a str>,
    pub(crate) scopes: Option<Vec<String>>,
}

/// What a code request brought.
#[derive(Debug)]
pub(crate) struct CodeRequest<'a> {
    pub(crate) code: &'a str,
    pub(crate) client_id: &'a str,
    pub(crate) redirect_uri: &'a str,
    pub(crate) resource: Option<&'a str>,
    /// The S256 challenge of the verifier that came.
    pub(crate) challenge: String,
}

/// Why a refresh did not happen.
#[derive(Debug)]
pub(crate) enum NoRefresh {
    /// An old token of a rotating family: somebody has a copy. The family is revoked.
    Reuse,
    Refused(Refusal),
}

#[derive(Debug, Default)]
pub(crate) struct Book {
    pub(crate) clients: HashMap<String, Client>,
    /// Public keys of clients that sign assertions, as PEM.
    pub(crate) keys: HashMap<String, String>,
    /// Every `jti` that was shown: each is good once.
    pub(crate) assertions: HashSet<String>,
    grants: HashMap<u64, Grant>,
    codes: HashMap<String, Code>,
    access: HashMap<String, Pass>,
    /// Every refresh token ever given, so that an old one is known as such.
    refresh: HashMap<String, u64>,
}

impl Book {
    /// A code for what the person agreed to; good for a minute, once.
    pub(crate) fn agree(&mut self, agreement: Agreement, now: Instant) -> String {
        let grant = self.grants.len() as u64 + 1;
        self.grants.insert(
            grant,
            Grant {
                agreement,
                revoked: false,
                refresh: None,
            },
        );
        let code = random::secret("code");
        let expires = now + Duration::from_mins(1);
        self.codes.insert(
            code.clone(),
            Code {
                grant,
                used: false,
                expires,
            },
        );
        code
    }

    /// RFC 6749 §4.1.3, RFC 7636 §4.6, RFC 8707 §2.2.
    pub(crate) fn exchange(
        &mut self,
        request: &CodeRequest<'_>,
        terms: Terms,
        now: Instant,
    ) -> Result<Issued, Refusal> {
        let code = self
            .codes
            .get_mut(request.code)
            .ok_or_else(|| Refusal::invalid_grant("This code was never given out."))?;
        let id = code.grant;
        if code.used {
            // RFC 6749 §4.1.2: whoever comes second may be a thief, so the first loses too.
            self.revoke(id);
            return Err(Refusal::invalid_grant("This code was used before."));
        }
        code.used = true;
        let too_late = now >= code.expires;
        let Some(grant) = self.grants.get(&id).filter(|_| !too_late) else {
            return Err(Refusal::invalid_grant("This code is too old."));
        };
        let agreed = &grant.agreement;
        if grant.revoked || agreed.client_id != request.client_id {
            return Err(Refusal::invalid_grant("This code is not yours."));
        }
        if agreed.redirect_uri != request.redirect_uri {
            return Err(Refusal::invalid_grant("The redirect URI is another."));
        }
        if agreed.challenge != request.challenge {
            return Err(Refusal::invalid_grant("The code verifier does not fit."));
        }
        same_resource(agreed, request.resource, terms)?;
        let scopes = agreed.scopes.clone();
        Ok(self.issue(id, scopes, terms, now))
    }

    /// RFC 6749 §4.4: a grant of the client itself, and no refresh token.
    pub(crate) fn issue_to_client(
        &mut self,
        client_id: &str,
        scopes: Vec<String>,
        resource: Option<String>,
        terms: Terms,
        now: Instant,
    ) -> Issued {
        let id = self.grants.len() as u64 + 1;
        let agreement = Agreement {
            client_id: client_id.to_owned(),
            redirect_uri: String::new(),
            scopes: scopes.clone(),
            resource,
            challenge: String::new(),
        };
        self.grants.insert(
            id,
            Grant {
                agreement,
                revoked: false,
                refresh: None,
            },
        );
        let terms = Terms {
            refresh: RefreshTokens::None,
            ..terms
        };
        self.issue(id, scopes, terms, now)
    }

    /// RFC 6749 §6, with the rotation of RFC 9700 §4.14.2.
    pub(crate) fn refresh(
        &mut self,
        request: &RefreshRequest<'_>,
        terms: Terms,
        now: Instant,
    ) -> Result<Issued, NoRefresh> {
        let refused = |why: &str| NoRefresh::Refused(Refusal::invalid_grant(why));
        let id = *self
            .refresh
            .get(request.token)
            .ok_or_else(|| refused("Grant not found."))?;
        let grant = self
            .grants
            .get(&id)
            .ok_or_else(|| refused("Grant not found."))?;
        if grant.agreement.client_id != request.client_id {
            return Err(refused("This refresh token is not yours."));
        }
        if grant.revoked {
            return Err(refused("The grant was revoked."));
        }
        if grant.refresh.as_deref() != Some(request.token) {
            self.revoke(id);
            return Err(NoRefresh::Reuse);
        }
        same_resource(&grant.agreement, request.resource, terms).map_err(NoRefresh::Refused)?;
        let all = &grant.agreement.scopes;
        let scopes = request.scopes.clone().unwrap_or_else(|| all.clone());
        if scopes.iter().any(|scope| !all.contains(scope)) {
            let refusal = Refusal::new("invalid_scope", "A refresh cannot widen the scopes.");
            return Err(NoRefresh::Refused(refusal));
        }
        let kept = grant.refresh.clone();
        let mut issued = self.issue(id, scopes, terms, now);
        if issued.refresh_token == kept {
            issued.refresh_token = None;
        }
        Ok(issued)
    }

    fn issue(&mut self, id: u64, scopes: Vec<String>, terms: Terms, now: Instant) -> Issued {
        let Some(grant) = self.grants.get_mut(&id) else {
            return Issued {
                access_token: String::new(),
                refresh_token: None,
                scopes,
                id_token: None,
            };
        };
        let mut earlier = self.access.iter().filter(|(_, pass)| pass.grant == id);
        let repeated = earlier.next().filter(|_| terms.repeats_access);
        let repeated = repeated.map(|(token, _)| token.clone());
        let access_token = repeated.unwrap_or_else(|| random::secret("access"));
        let pass = Pass {
            grant: id,
            scopes: scopes.clone(),
            resource: grant.agreement.resource.clone(),
            expires: now + terms.lifetime,
            shown: None,
        };
        self.access.insert(access_token.clone(), pass);
        let offline = grant
            .agreement
            .scopes
            .iter()
            .any(|scope| scope == "offline_access");
        match terms.refresh {
            RefreshTokens::None => grant.refresh = None,
            RefreshTokens::OnRequest if !offline => grant.refresh = None,
            RefreshTokens::Lasting if grant.refresh.is_some() => {}
            RefreshTokens::Lasting | RefreshTokens::Rotating | RefreshTokens::OnRequest => {
                let token = random::secret("refresh");
                self.refresh.insert(token.clone(), id);
                grant.refresh = Some(token);
            }
        }
        Issued {
            access_token,
            refresh_token: grant.refresh.clone(),
            scopes,
            id_token: None,
        }
    }

    /// The token, if it is good now.
    pub(crate) fn pass(&mut self, token: &str, now: Instant) -> Option<Pass> {
        let pass = self.access.get_mut(token);
        let pass = pass.filter(|pass| now < pass.expires)?;
        let grant = self.grants.get(&pass.grant);
        if grant.is_none_or(|grant| grant.revoked) {
            return None;
        }
        pass.shown.get_or_insert(now);
        Some(pass.clone())
    }

    /// RFC 7009 §2.1: a refresh token takes its grant with it, an access token only itself.
    /// Unknown tokens and those of others are ignored.
    pub(crate) fn revoke_token(&mut self, token: &str, client_id: &str) {
        let grant = self.refresh.get(token).copied();
        let grant = grant.or_else(|| self.access.get(token).map(|pass| pass.grant));
        let Some(id) = grant else { return };
        let owner = self
            .grants
            .get(&id)
            .map(|grant| grant.agreement.client_id.as_str());
        if owner != Some(client_id) {
            return;
        }
        if self.access.remove(token).is_none() {
            self.revoke(id);
        }
    }

    /// Ends one grant with all its tokens.
    pub(crate) fn revoke(&mut self, id: u64) {
        if let Some(grant) = self.grants.get_mut(&id) {
            grant.revoked = true;
        }
    }

    pub(crate) fn revoke_all(&mut self) {
        for grant in self.grants.values_mut() {
            grant.revoked = true;
        }
    }

    /// Ends all access tokens; the grants and refresh tokens live on.
    pub(crate) fn expire_access(&mut self) {
        self.access.clear();
    }

    /// Ends the good access tokens that were shown first before this; says how many.
    pub(crate) fn expire_access_shown_before(&mut self, shown: Instant, now: Instant) -> usize {
        let ends = |pass: &Pass| now < pass.expires && pass.shown.is_some_and(|at| at < shown);
        let before = self.access.len();
        self.access.retain(|_, pass| !ends(pass));
        before - self.access.len()
    }

    /// Grants that are not revoked and have given at least one token.
    pub(crate) fn live_grants(&self) -> usize {
        let used = |id: &u64| {
            self.codes
                .values()
                .any(|code| code.grant == *id && code.used)
        };
        self.grants
            .iter()
            .filter(|(id, grant)| !grant.revoked && used(id))
            .count()
    }
}

fn same_resource(agreed: &Agreement, asked: Option<&str>, terms: Terms) -> Result<(), Refusal> {
    if terms.checks_resource && agreed.resource.as_deref() != asked {
        return Err(Refusal::new(
            "invalid_target",
            "The resource is not the one agreed to.",
        ));
    }
    Ok(())
}
