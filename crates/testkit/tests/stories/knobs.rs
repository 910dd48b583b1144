//! What a test can bend, hold and read.

use drawbridge_testkit::{
    Canned, Gate, Person, Sample,
    auth::{Iss, MetadataAt},
    key_pair::ES256,
};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use rstest::rstest;
use serde_json::{Value, json};

use crate::client::{Client, REDIRECT, STATE, VERIFIER, error, param};

async fn metadata(sample: &Sample, client: &Client) -> Value {
    let url = format!("{}/.well-known/oauth-authorization-server", sample.issuer());
    client
        .http
        .get(url)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap()
}

#[tokio::test]
async fn the_metadata_can_lie() {
    let sample = Sample::start().await;
    let client = Client::register(&sample).await;
    let good = metadata(&sample, &client).await;
    assert_eq!(good["issuer"], sample.issuer());
    assert_eq!(good["authorization_response_iss_parameter_supported"], true);
    sample.auth.behave(|b| {
        b.metadata_issuer = Some("https://elsewhere.example".to_owned());
        b.code_challenge_methods = None;
        b.metadata_patch = json!({ "revocation_endpoint": null, "extra": 1 })
            .as_object()
            .unwrap()
            .clone();
    });
    let bad = metadata(&sample, &client).await;
    assert_eq!(bad["issuer"], "https://elsewhere.example");
    assert!(bad.get("code_challenge_methods_supported").is_none());
    assert!(bad.get("revocation_endpoint").is_none());
    assert_eq!(bad["extra"], 1);
}

#[rstest]
#[case(MetadataAt::Oauth, "/.well-known/oauth-authorization-server/tenant")]
#[case(MetadataAt::OidcInserted, "/.well-known/openid-configuration/tenant")]
#[case(MetadataAt::OidcAppended, "/tenant/.well-known/openid-configuration")]
#[tokio::test]
async fn an_issuer_with_a_path_has_its_metadata_in_one_place(
    #[case] at: MetadataAt,
    #[case] place: &str,
) {
    let sample = Sample::builder()
        .issuer_path("/tenant")
        .start()
        .await
        .unwrap();
    sample.auth.behave(|b| b.metadata_at = at);
    let client = Client::register(&sample).await;
    let origin = sample.issuer().replace("/tenant", "");
    let mut found = Vec::new();
    for path in [
        "/.well-known/oauth-authorization-server/tenant",
        "/.well-known/openid-configuration/tenant",
        "/tenant/.well-known/openid-configuration",
        "/.well-known/oauth-authorization-server",
    ] {
        if client
            .http
            .get(format!("{origin}{path}"))
            .send()
            .await
            .unwrap()
            .status()
            == 200
        {
            found.push(path);
        }
    }
    assert_eq!(found, [place]);
    client.sign_in().await;
}

#[rstest]
#[case(Iss::Missing, None)]
#[case(Iss::Absent, None)]
#[case(Iss::Wrong("https://evil.example".to_owned()), Some("https://evil.example"))]
#[tokio::test]
async fn the_issuer_of_the_redirect_can_be_wrong(#[case] iss: Iss, #[case] sent: Option<&str>) {
    let sample = Sample::start().await;
    sample.auth.behave(|b| {
        b.iss = iss;
        b.consents_at_once = true;
    });
    let client = Client::register(&sample).await;
    let url = client.authorization_url(&[]);
    let callback = drawbridge_testkit::Person::ada()
        .follow(&url)
        .await
        .unwrap();
    assert_eq!(param(&callback, "iss").as_deref(), sent);
}

#[tokio::test]
async fn a_registration_can_be_refused_or_changed() {
    let sample = Sample::start().await;
    let url = format!("{}/register", sample.issuer());
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let register = async |body: Value| http.post(&url).json(&body).send().await.unwrap();
    let wanted = json!({ "redirect_uris": [REDIRECT], "application_type": "native" });

    sample
        .auth
        .behave(|b| b.registration_refuses_application_type = true);
    assert_eq!(
        error(register(wanted.clone()).await).await.1,
        "invalid_client_metadata"
    );
    sample.auth.behave(|b| {
        b.registration_refuses_application_type = false;
        b.refused_redirects = vec!["dev.".to_owned()];
    });
    assert_eq!(
        error(register(wanted.clone()).await).await.1,
        "invalid_redirect_uri"
    );
    sample.auth.behave(|b| {
        b.refused_redirects.clear();
        b.registered_auth_method = Some("client_secret_basic".to_owned());
    });
    let client = Client::register(&sample).await;
    let code = client.code().await;
    assert_eq!(
        error(client.exchange(&code, &[]).await).await,
        (401, "invalid_client".to_owned())
    );
    let resource = sample.mcp.resource();
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
        ("resource", &resource),
    ];
    let secret = client.secret.as_ref().unwrap();
    let request = http.post(format!("{}/token", sample.issuer())).form(&form);
    let answer = request
        .basic_auth(&client.id, Some(secret))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    assert!(sample.auth.secrets().contains(secret));
}

#[tokio::test]
async fn canned_answers_are_given_once_each_in_order() {
    let sample = Sample::start().await;
    let client = Client::register(&sample).await;
    let tokens = client.sign_in().await;
    sample.auth.behave(|b| {
        b.refresh_answers.extend([
            Canned::too_many_requests(7),
            Canned::html(502),
            Canned::oauth_error(200, "invalid_grant"),
            Canned::cut_off(),
        ]);
    });
    let busy = client.refresh(&tokens.refresh, &[]).await;
    assert_eq!(
        (
            busy.status().as_u16(),
            busy.headers()["retry-after"].as_bytes()
        ),
        (429, &b"7"[..])
    );
    assert_eq!(client.refresh(&tokens.refresh, &[]).await.status(), 502);
    assert_eq!(
        error(client.refresh(&tokens.refresh, &[]).await).await.0,
        200
    );
    assert!(
        client
            .refresh(&tokens.refresh, &[])
            .await
            .bytes()
            .await
            .is_err()
    );
    assert_eq!(client.refresh(&tokens.refresh, &[]).await.status(), 200);
}

#[tokio::test]
async fn one_mcp_method_can_be_answered_and_another_held() {
    let sample = Sample::start().await;
    let client = Client::register(&sample).await;
    let tokens = client.sign_in().await;
    let gate = Gate::closed();
    sample.mcp.behave(|b| {
        b.method_answers
            .push_back(("tools/list".to_owned(), Canned::status(500)));
        b.method_gates
            .insert("server/discover".to_owned(), gate.clone());
    });
    assert_eq!(client.initialize(Some(&tokens.access)).await.status(), 200);
    assert_eq!(
        client
            .rpc("tools/list", &json!({}), None, None)
            .await
            .status(),
        500
    );
    assert_eq!(
        client
            .rpc("tools/list", &json!({}), None, None)
            .await
            .status(),
        401
    );
    let params = json!({});
    let held = client.rpc("server/discover", &params, None, None);
    let release = async {
        gate.reached(1).await;
        gate.open();
    };
    assert_eq!(futures::future::join(held, release).await.0.status(), 401);
}

#[tokio::test]
async fn an_endless_body_goes_on_as_long_as_one_reads() {
    let sample = Sample::start().await;
    let client = Client::register(&sample).await;
    sample
        .auth
        .behave(|b| b.metadata_answers.push_back(Canned::endless(200)));
    let url = format!("{}/.well-known/oauth-authorization-server", sample.issuer());
    let mut answer = client.http.get(url).send().await.unwrap();
    let mut read = 0;
    while read < 3 << 20 {
        read += answer.chunk().await.unwrap().unwrap().len();
    }
}

#[tokio::test]
async fn a_gate_holds_a_token_request_until_it_is_opened() {
    let sample = Sample::start().await;
    let client = Client::register(&sample).await;
    let tokens = client.sign_in().await;
    let gate = Gate::closed();
    sample
        .auth
        .behave(|b| b.token_answer_gate = Some(gate.clone()));
    let refresh = client.refresh(&tokens.refresh, &[]);
    let watch = async {
        gate.reached(1).await;
        assert_eq!(sample.auth.counters().refreshes, 1);
        assert_eq!(sample.journal().last().unwrap().status, None);
        gate.open();
    };
    let (answer, ()) = futures::future::join(refresh, watch).await;
    assert_eq!(answer.status(), 200);
}

#[tokio::test]
async fn the_journal_tells_the_story_in_order_and_no_secret() {
    let sample = Sample::start().await;
    let client = Client::register(&sample).await;
    let tokens = client.sign_in().await;
    client.initialize(Some(&tokens.access)).await;
    client.refresh(&tokens.refresh, &[]).await;
    insta::assert_snapshot!(sample.journal_lines().join("\n"), @r"
    POST /register → 201
    GET /authorize → 200
    POST /login → 200
    POST /consent → 302
    POST /token [authorization_code] → 200
    POST /mcp [initialize] → 200
    POST /token [refresh_token] → 200
    ");
    let seen = format!("{:?}", sample.journal());
    let secrets = sample.auth.secrets();
    for secret in [VERIFIER, STATE, &tokens.access, &tokens.refresh] {
        assert!(secrets.iter().any(|known| known == secret));
    }
    assert!(secrets.iter().all(|secret| !seen.contains(secret.as_str())));
    sample.clear_journal();
    assert!(sample.journal().is_empty());
}

#[rstest]
#[case::asked_for("tools openid", false, true)]
#[case::for_everybody("tools", true, true)]
#[case::not_asked_for("tools", false, false)]
#[tokio::test]
async fn an_id_token_says_who_signed_in(
    #[case] scope: &str,
    #[case] always: bool,
    #[case] comes: bool,
) {
    let sample = Sample::start().await;
    sample.auth.behave(|b| {
        b.scopes.push("openid".to_owned());
        b.always_id_token = always;
        b.id_token_patch = json!({ "name": null, "locale": "en" })
            .as_object()
            .unwrap()
            .clone();
    });
    let client = Client::register(&sample).await;
    let url = client.authorization_url(&[("scope", scope)]);
    let callback = Person::ada().follow(&url).await.unwrap();
    let code = param(&callback, "code").unwrap();
    let first: Value = client.exchange(&code, &[]).await.json().await.unwrap();
    let refresh = first["refresh_token"].as_str().unwrap();
    let second: Value = client.refresh(refresh, &[]).await.json().await.unwrap();

    let key = DecodingKey::from_ec_pem(ES256.public.as_bytes()).unwrap();
    let mut ours = Validation::new(Algorithm::ES256);
    ours.set_audience(&[&client.id]);
    ours.set_issuer(&[sample.issuer()]);
    for answer in [first, second] {
        let token = answer["id_token"].as_str();
        assert_eq!(token.is_some(), comes);
        let Some(token) = token else { continue };
        let claims = decode::<Value>(token, &key, &ours).unwrap().claims;
        assert_eq!(claims["email"], "ada@example.com");
        assert_eq!(
            (&claims["name"], &claims["locale"]),
            (&Value::Null, &json!("en"))
        );
        assert!(sample.auth.secrets().iter().any(|known| known == token));
    }
}

#[tokio::test]
async fn a_server_can_go_away_and_come_back() {
    let sample = Sample::start().await;
    let client = Client::register(&sample).await;
    let tokens = client.sign_in().await;
    sample.mcp.close().await;
    let body = client.http.post(sample.mcp_url()).send().await;
    assert!(body.unwrap_err().is_connect());
    sample.mcp.reopen().await.unwrap();
    assert_eq!(client.initialize(Some(&tokens.access)).await.status(), 200);
}

#[tokio::test]
async fn the_servers_stop_with_their_last_handle() {
    let sample = Sample::start().await;
    let (mcp, issuer) = (sample.mcp_url(), sample.issuer());
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    assert_eq!(http.get(mcp.clone()).send().await.unwrap().status(), 401);
    drop(sample);
    assert!(http.get(mcp).send().await.is_err());
    assert!(http.get(issuer).send().await.is_err());
}
