//! Tokens for a client of its own, with no person behind it (RFC 6749 §4.4, and the MCP extension
//! `io.modelcontextprotocol/oauth-client-credentials`).

use oauth2::{Scope, TokenUrl};

use super::{TokenError, Tokens, sender, tokens};
use crate::{ClientAuth, Http, Resource, Scopes, ServerMetadata};

/// Gets a token for the client itself. There is no refresh token (RFC 6749 §4.4.3): one that is sent
/// all the same is left alone, since asking anew costs nothing. And there is nobody who signed in.
pub async fn client_credentials(
    http: &Http,
    server: &ServerMetadata,
    client: ClientAuth<'_>,
    scopes: &Scopes,
    resource: Option<&Resource>,
) -> Result<Tokens, TokenError> {
    let oauth = client
        .oauth()
        .set_token_uri(TokenUrl::from_url(server.token_endpoint.clone()));
    let mut request = oauth
        .exchange_client_credentials()
        .add_scopes(scopes.as_slice().iter().cloned().map(Scope::new));
    if let Some(resource) = resource {
        request = request.add_extra_param("resource", resource.as_str());
    }
    for (name, value) in client.parameters() {
        request = request.add_extra_param(name, value);
    }
    let send = sender(http, server, client, &[]);
    let mut tokens = tokens(request.request_async(&send).await)?;
    tokens.refresh_token = None;
    tokens.account = None;
    Ok(tokens)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;
    use crate::wire::{Seen, Wire, answer, http, id_token, json};
    use crate::{AuthMethod, ClientId, ClientSecret, TokenFailure, secret_method};

    const SECRET: &str = "s:&+ é-hunter2";

    async fn obtain(wire: &Wire, method: AuthMethod) -> Result<Tokens, TokenError> {
        let (id, secret) = (ClientId::new("c1"), ClientSecret::new(SECRET));
        let client = ClientAuth {
            client_id: &id,
            secret: Some(&secret),
            method,
        };
        let resource = Resource::new("https://A.example/mcp");
        let scopes = Scopes::parse("tools admin");
        client_credentials(&http(), &wire.metadata(), client, &scopes, Some(&resource)).await
    }

    /// With an ID token, as if somebody had signed in.
    async fn granting() -> Wire {
        Wire::new(|_, origin| {
            let claims = json!({"iss": origin, "aud": "c1", "name": "Service"});
            let token = id_token(claims.to_string());
            json(
                200,
                &json!({"access_token": "a1", "refresh_token": "r1", "id_token": token}),
            )
        })
        .await
    }

    // rule: T4, T6
    #[rstest]
    #[case(AuthMethod::ClientSecretBasic, None, None)]
    #[case(AuthMethod::ClientSecretPost, Some(SECRET), None)]
    #[case(AuthMethod::PrivateKeyJwt, None, Some(SECRET))]
    #[tokio::test]
    async fn a_client_of_its_own_says_who_it_is_once(
        #[case] method: AuthMethod,
        #[case] secret: Option<&str>,
        #[case] assertion: Option<&str>,
    ) {
        let wire = granting().await;
        let tokens = obtain(&wire, method).await.unwrap();
        assert_eq!(tokens.access_token.expose(), "a1");
        assert!(tokens.refresh_token.is_none());
        assert_eq!(tokens.account, None);
        let seen = wire.only();
        let field = |name: &str| seen.field(name);
        assert_eq!(field("grant_type").as_deref(), Some("client_credentials"));
        assert_eq!(field("scope").as_deref(), Some("tools admin"));
        assert_eq!(field("resource").as_deref(), Some("https://A.example/mcp"));
        assert_eq!(field("client_secret").as_deref(), secret);
        assert_eq!(field("client_assertion").as_deref(), assertion);
        assert_eq!(
            field("client_assertion_type").is_some(),
            assertion.is_some()
        );
        let basic = method == AuthMethod::ClientSecretBasic;
        assert_eq!(seen.headers.contains_key("authorization"), basic);
    }

    // rule: T8, N5
    #[rstest]
    #[tokio::test]
    async fn a_secret_that_is_sent_back_is_not_told(
        #[values(
            AuthMethod::ClientSecretBasic,
            AuthMethod::ClientSecretPost,
            AuthMethod::PrivateKeyJwt
        )]
        method: AuthMethod,
    ) {
        let wire = Wire::new(|_: &Seen, _| {
            json(
                401,
                &json!({"error": "invalid_client", "error_description": SECRET}),
            )
        })
        .await;
        let error = obtain(&wire, method).await.unwrap_err();
        assert_eq!(error.class(), TokenFailure::InvalidClient);
        assert!(!format!("{error} {error:?}").contains("hunter2"));
    }

    // rule: R3
    #[rstest]
    #[case(&[], AuthMethod::ClientSecretBasic)]
    #[case(&["client_secret_post"], AuthMethod::ClientSecretPost)]
    #[case(&["client_secret_post", "client_secret_basic"], AuthMethod::ClientSecretBasic)]
    #[case(&["private_key_jwt"], AuthMethod::ClientSecretBasic)]
    #[tokio::test]
    async fn a_secret_goes_the_way_that_the_server_lists(
        #[case] listed: &[&str],
        #[case] expected: AuthMethod,
    ) {
        let mut server = Wire::new(|_, _| answer(200, "text/html", ""))
            .await
            .metadata();
        server.token_endpoint_auth_methods = listed.iter().map(ToString::to_string).collect();
        assert_eq!(secret_method(&server), expected);
    }
}
