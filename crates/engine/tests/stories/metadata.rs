//! Authorization servers and what they say of themselves.

use drawbridge_engine::ServerId;
use drawbridge_engine::view::{AuthKind, AuthorizeParameter, NewServer, ServerView, SignInOptions};
use drawbridge_oauth::HttpOptions;
use drawbridge_testkit::auth::{Iss, MetadataAt, RefreshTokens};
use drawbridge_testkit::mcp::{Challenge, Hosts, ResourceMetadataAt};
use drawbridge_testkit::{Canned, Person, Sample};
use serde_json::json;

use crate::desk::{Desk, error_code, limits};

pub(crate) async fn add_with(desk: &Desk, sign_in: SignInOptions) -> ServerId {
    let server = NewServer {
        sign_in,
        ..NewServer::at(desk.sample.mcp_url().as_str(), AuthKind::OAuth)
    };
    ServerId::from(desk.engine.add_server(server).await.unwrap().id)
}

/// Presses Connect and waits for what goes wrong.
pub(crate) async fn trouble(desk: &mut Desk, id: &ServerId) -> ServerView {
    desk.engine.connect(id).await.unwrap();
    desk.wait_for(id, |server| server.error.is_some()).await
}

fn param(desk: &Desk, request: &str, name: &str) -> Option<String> {
    let journal = desk.sample.journal();
    let seen = journal
        .iter()
        .rfind(|seen| seen.to_string().starts_with(request));
    seen.expect(request).params.get(name).cloned()
}

// rule: A3, Q-Entra, Q-Cognito
#[tokio::test(flavor = "multi_thread")]
async fn silence_about_pkce_needs_the_persons_word_and_pkce_is_used_all_the_same() {
    let mut desk = Desk::start().await;
    desk.sample.auth.behave(|b| b.code_challenge_methods = None);
    let id = desk.add().await;
    let view = trouble(&mut desk, &id).await;
    assert_eq!(error_code(&view), Some("pkce_unstated"));
    desk.engine.remove_server(&id).await.unwrap();
    let allow = SignInOptions {
        allow_missing_pkce: true,
        ..SignInOptions::default()
    };
    let id = add_with(&desk, allow).await;
    desk.sign_in(&id).await;
    let method = param(&desk, "GET /authorize", "code_challenge_method");
    assert_eq!(method.as_deref(), Some("S256"));
}

// rule: A3
#[tokio::test(flavor = "multi_thread")]
async fn a_list_without_s256_is_refused_whatever_the_person_says() {
    let mut desk = Desk::start().await;
    desk.sample
        .auth
        .behave(|b| b.code_challenge_methods = Some(vec!["plain".to_owned()]));
    let allow = SignInOptions {
        allow_missing_pkce: true,
        ..SignInOptions::default()
    };
    let id = add_with(&desk, allow).await;
    let view = trouble(&mut desk, &id).await;
    assert_eq!(error_code(&view), Some("pkce_refused"));
}

/// A server of 2025-03-26: it is its own authorization server, and names none.
pub(crate) async fn old_server(hosts: Hosts) -> Desk {
    let desk = Desk::start().await;
    let origin = desk.sample.mcp_url().origin().ascii_serialization();
    desk.sample.mcp.behave(|b| {
        b.metadata_at = ResourceMetadataAt::Nowhere;
        b.challenge = Challenge::BareBearer;
        b.hosts = hosts;
    });
    desk.sample.auth.behave(|b| {
        b.iss = match hosts {
            Hosts::Metadata => Iss::Wrong(origin),
            Hosts::Nothing | Hosts::Endpoints => Iss::Absent,
        };
    });
    desk
}

// rule: A5
#[rstest::rstest]
#[case::metadata(Hosts::Metadata)]
#[case::endpoints(Hosts::Endpoints)]
#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_resource_metadata_is_signed_in_to_at_its_origin(#[case] hosts: Hosts) {
    let mut desk = old_server(hosts).await;
    let id = desk.add().await;
    desk.sign_in(&id).await;
    for request in ["GET /authorize", "POST /token"] {
        assert_eq!(param(&desk, request, "resource"), None, "{request}");
    }
    desk.sample.auth.expire_access_tokens();
    let arguments = json!({ "name": "Ada" });
    let call = desk.engine.call_tool(&id, "1", "greet", arguments);
    call.await.unwrap();
    assert_eq!(
        param(&desk, "POST /token [refresh_token]", "resource"),
        None
    );
}

// rule: A5
#[tokio::test(flavor = "multi_thread")]
async fn trouble_with_the_resource_metadata_is_not_its_absence() {
    let mut desk = old_server(Hosts::Endpoints).await;
    desk.sample.mcp.behave(|b| {
        b.metadata_at = ResourceMetadataAt::Path;
        b.metadata_answers.push_back(Canned::status(503));
    });
    let id = desk.add().await;
    let view = trouble(&mut desk, &id).await;
    assert_eq!(error_code(&view), Some("server_unavailable"));
    assert_eq!(desk.sample.auth.counters().registrations, 0);
}

/// The looks for metadata of either server.
fn documents(desk: &Desk) -> Vec<String> {
    let mut lines = desk.sample.journal_lines();
    lines.retain(|line| line.contains("/.well-known/"));
    lines
}

pub(crate) fn metadata_requests(desk: &Desk) -> usize {
    let lines = desk.sample.journal_lines();
    let place = "GET /.well-known/oauth-authorization-server";
    lines.iter().filter(|line| line.starts_with(place)).count()
}

// rule: A6
#[tokio::test(flavor = "multi_thread")]
async fn metadata_is_asked_for_again_when_it_is_no_longer_fresh() {
    let mut desk = Desk::start().await;
    desk.sample
        .auth
        .behave(|b| b.metadata_cache_control = Some("max-age=600".to_owned()));
    let id = desk.add().await;
    for asked in [1, 1] {
        desk.sign_in(&id).await;
        assert_eq!(metadata_requests(&desk), asked);
        desk.engine.sign_out(&id).await.unwrap();
    }
    desk.clock.advance(601);
    desk.sign_in(&id).await;
    assert_eq!(metadata_requests(&desk), 2);
}

// rule: A3, A6
#[tokio::test(flavor = "multi_thread")]
async fn what_one_server_lets_pass_passes_for_no_other_at_the_same_issuer() {
    let mut desk = Desk::start().await;
    desk.sample.auth.behave(|b| {
        b.metadata_cache_control = Some("max-age=600".to_owned());
        b.code_challenge_methods = None;
    });
    let allow = SignInOptions {
        allow_missing_pkce: true,
        ..SignInOptions::default()
    };
    let id = add_with(&desk, allow).await;
    desk.sign_in(&id).await;
    let strict = NewServer {
        same_url: true,
        name: Some("Another account".to_owned()),
        ..NewServer::at(desk.sample.mcp_url().as_str(), AuthKind::OAuth)
    };
    let strict = ServerId::from(desk.engine.add_server(strict).await.unwrap().id);
    let view = trouble(&mut desk, &strict).await;
    assert_eq!(error_code(&view), Some("pkce_unstated"));
}

// rule: A6
#[tokio::test(flavor = "multi_thread")]
async fn a_failed_exchange_drops_the_metadata() {
    let mut desk = Desk::start().await;
    desk.sample.auth.behave(|b| {
        b.metadata_cache_control = Some("max-age=600".to_owned());
        b.token_answers.push_back(Canned::html(404));
    });
    let id = desk.add().await;
    desk.come_back(&id, Person::ada()).await;
    desk.wait_for(&id, |server| server.error.is_some()).await;
    desk.sign_in(&id).await;
    assert_eq!(metadata_requests(&desk), 2);
}

// rule: A6
#[tokio::test(flavor = "multi_thread")]
async fn a_failed_registration_drops_the_metadata() {
    let mut desk = Desk::start().await;
    desk.sample.auth.behave(|b| {
        b.metadata_cache_control = Some("max-age=600".to_owned());
        b.registration_answers.push_back(Canned::html(404));
    });
    let id = desk.add().await;
    trouble(&mut desk, &id).await;
    desk.sign_in(&id).await;
    assert_eq!(metadata_requests(&desk), 2);
}

// rule: A6
#[tokio::test(flavor = "multi_thread")]
async fn a_failed_refresh_drops_the_metadata() {
    let mut desk = Desk::start().await;
    desk.sample.auth.behave(|b| {
        b.metadata_cache_control = Some("max-age=600".to_owned());
        b.refresh_answers
            .push_back(Canned::oauth_error(400, "invalid_grant"));
    });
    let id = desk.add().await;
    desk.sign_in(&id).await;
    desk.sample.auth.expire_access_tokens();
    let call = desk
        .engine
        .call_tool(&id, "1", "greet", json!({ "name": "Ada" }));
    call.await.unwrap_err();
    desk.sign_in(&id).await;
    assert_eq!(metadata_requests(&desk), 2);
}

// rule: D8
#[tokio::test(flavor = "multi_thread")]
async fn the_first_authorization_server_that_works_is_chosen_and_preferred_from_then_on() {
    let mut desk = Desk::start().await;
    let other = Sample::start().await;
    desk.sample.lists([other.issuer(), desk.sample.issuer()]);
    other.auth.close().await;
    let id = desk.add().await;
    desk.sign_in(&id).await;
    let chosen: String = desk.stored("SELECT chosen_issuer FROM server").await;
    assert_eq!(chosen, desk.sample.issuer());

    other.auth.reopen().await.unwrap();
    desk.engine.sign_out(&id).await.unwrap();
    desk.sign_in(&id).await;
    assert!(other.journal().is_empty());
}

// rule: T4, Q-Entra
#[tokio::test(flavor = "multi_thread")]
async fn the_resource_is_left_out_of_all_three_requests_where_the_person_says_so() {
    let mut desk = Desk::start().await;
    let omit = SignInOptions {
        omit_resource: true,
        ..SignInOptions::default()
    };
    let id = add_with(&desk, omit).await;
    desk.sign_in(&id).await;
    desk.sample.auth.expire_access_tokens();
    let arguments = json!({ "name": "Ada" });
    let call = desk.engine.call_tool(&id, "1", "greet", arguments);
    call.await.unwrap();
    for request in [
        "GET /authorize",
        "POST /token [authorization_code]",
        "POST /token [refresh_token]",
    ] {
        assert_eq!(param(&desk, request, "resource"), None, "{request}");
    }
}

// rule: T4
#[tokio::test(flavor = "multi_thread")]
async fn the_resource_is_sent_byte_for_byte_in_all_three_requests() {
    let mut desk = Desk::start().await;
    // As a URL it would get a slash at its end.
    let stated = desk.sample.mcp_url().origin().ascii_serialization();
    desk.sample
        .mcp
        .behave(|b| b.resource = Some(stated.clone()));
    let id = desk.add().await;
    desk.sign_in(&id).await;
    desk.sample.auth.expire_access_tokens();
    let arguments = json!({ "name": "Ada" });
    let call = desk.engine.call_tool(&id, "1", "greet", arguments);
    call.await.unwrap();
    for request in [
        "GET /authorize",
        "POST /token [authorization_code]",
        "POST /token [refresh_token]",
    ] {
        assert_eq!(param(&desk, request, "resource"), Some(stated.clone()));
    }
}

// rule: T5
#[tokio::test(flavor = "multi_thread")]
async fn the_persons_own_scopes_replace_all_others() {
    let mut desk = Desk::start().await;
    let own = SignInOptions {
        scopes: Some(vec!["admin".to_owned()]),
        ..SignInOptions::default()
    };
    let id = add_with(&desk, own).await;
    desk.sign_in(&id).await;
    let asked = param(&desk, "GET /authorize", "scope");
    assert_eq!(asked.as_deref(), Some("admin"));
}

// rule: T5, Q-GitLab
#[tokio::test(flavor = "multi_thread")]
async fn what_the_authorization_server_offers_to_everybody_is_not_asked_for() {
    let mut desk = Desk::start().await;
    desk.sample.mcp.behave(|b| {
        b.challenge_scope = None;
        b.scopes_supported = None;
    });
    let id = desk.add().await;
    desk.sign_in(&id).await;
    assert_eq!(param(&desk, "GET /authorize", "scope"), None);
}

// rule: T5
#[tokio::test(flavor = "multi_thread")]
async fn offline_access_is_asked_for_only_where_it_is_offered() {
    let mut desk = Desk::start().await;
    let id = desk.add().await;
    desk.sign_in(&id).await;
    let asked = |name| param(&desk, "GET /authorize", name);
    assert_eq!(asked("scope").as_deref(), Some("tools offline_access"));
    assert_eq!(asked("prompt").as_deref(), Some("consent"));
    desk.engine.sign_out(&id).await.unwrap();
    desk.sample
        .auth
        .behave(|b| b.scopes = vec!["tools".to_owned()]);
    desk.sign_in(&id).await;
    let asked = |name| param(&desk, "GET /authorize", name);
    assert_eq!(asked("scope").as_deref(), Some("tools"));
    assert_eq!(asked("prompt"), None);
}

// rule: T5, Q-Google
#[tokio::test(flavor = "multi_thread")]
async fn the_persons_own_parameters_go_along_and_their_prompt_wins() {
    let mut desk = Desk::start().await;
    let parameter = |name: &str, value: &str| AuthorizeParameter {
        name: name.to_owned(),
        value: value.to_owned(),
    };
    let own = SignInOptions {
        authorize_parameters: vec![
            parameter("access_type", "offline"),
            parameter("prompt", "select_account"),
        ],
        ..SignInOptions::default()
    };
    let id = add_with(&desk, own).await;
    desk.engine.connect(&id).await.unwrap();
    let prompt = desk.screen.prompt().await;
    let pairs: Vec<_> = prompt.url.url().query_pairs().collect();
    for (name, value) in [("access_type", "offline"), ("prompt", "select_account")] {
        let sent: Vec<_> = pairs.iter().filter(|(known, _)| known == name).collect();
        assert_eq!(sent.len(), 1, "{name}");
        assert_eq!(sent[0].1, value);
    }
}

// rule: D6, Q-Sentry
#[tokio::test(flavor = "multi_thread")]
async fn resource_metadata_is_found_at_the_servers_path_alone() {
    let mut desk = Desk::start().await;
    desk.sample
        .mcp
        .behave(|b| b.challenge = Challenge::BareBearer);
    let id = desk.add().await;
    desk.sign_in(&id).await;
    let resource = param(&desk, "GET /authorize", "resource");
    assert_eq!(resource, Some(desk.sample.mcp.resource()));
}

// rule: D6
#[tokio::test(flavor = "multi_thread")]
async fn resource_metadata_at_the_root_is_found_after_the_place_of_the_servers_path() {
    let mut desk = Desk::start().await;
    desk.sample.mcp.behave(|b| {
        b.challenge = Challenge::BareBearer;
        b.metadata_at = ResourceMetadataAt::Root;
    });
    let id = desk.add().await;
    desk.sign_in(&id).await;
    assert_eq!(
        documents(&desk),
        [
            "GET /.well-known/oauth-protected-resource/mcp → 404",
            "GET /.well-known/oauth-protected-resource → 200",
            "GET /.well-known/oauth-authorization-server → 200",
        ]
    );
}

// rule: A1, T5
#[rstest::rstest]
#[case::oauth(MetadataAt::Oauth)]
#[case::openid(MetadataAt::OidcInserted)]
#[case::openid_of_old(MetadataAt::OidcAppended)]
#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_of_an_openid_provider_is_found_signed_in_to_and_renewed(#[case] at: MetadataAt) {
    let tenant = Sample::builder().issuer_path("/tenant");
    let tenant = tenant.start().await.unwrap();
    let mut desk = Desk::on(tenant, limits(), HttpOptions::default()).await;
    desk.sample.auth.behave(|b| {
        b.metadata_at = at;
        b.refresh_tokens = RefreshTokens::OnRequest;
    });
    let id = desk.add().await;
    desk.sign_in(&id).await;
    desk.sample.auth.expire_access_tokens();
    let arguments = json!({ "name": "Ada" });
    let call = desk.engine.call_tool(&id, "1", "greet", arguments);
    call.await.unwrap();
    assert_eq!(desk.sample.auth.counters().refreshes, 1);
    let places = [
        (
            MetadataAt::Oauth,
            "/.well-known/oauth-authorization-server/tenant",
        ),
        (
            MetadataAt::OidcInserted,
            "/.well-known/openid-configuration/tenant",
        ),
        (
            MetadataAt::OidcAppended,
            "/tenant/.well-known/openid-configuration",
        ),
    ];
    let last = places.iter().position(|(place, _)| *place == at).unwrap();
    let asked = places[..=last].iter().map(|(place, path)| {
        let status = if *place == at { 200 } else { 404 };
        format!("GET {path} → {status}")
    });
    let resource = "GET /.well-known/oauth-protected-resource/mcp → 200".to_owned();
    let expected: Vec<_> = std::iter::once(resource).chain(asked).collect();
    assert_eq!(documents(&desk), expected);
}
