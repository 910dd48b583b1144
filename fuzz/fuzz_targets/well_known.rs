//! Where metadata is looked for (rules D6, A1 and A2).
#![no_main]

use drawbridge_oauth::{Issuer, resource_metadata_urls, server_metadata_urls};
use libfuzzer_sys::fuzz_target;
use url::Url;

fuzz_target!(|text: &str| {
    if let Ok(issuer) = Issuer::parse(text) {
        assert_eq!(issuer.as_str(), text);
        let urls = server_metadata_urls(&issuer);
        let bare = issuer.url().path().trim_end_matches('/').is_empty();
        assert_eq!(urls.len(), if bare { 2 } else { 3 });
        for url in urls {
            assert_eq!(url.origin(), issuer.url().origin());
            assert!(url.path().contains("/.well-known/"));
            let root = ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"];
            assert_eq!(root.contains(&url.path()), bare);
        }
    }
    let (server, challenge) = text.split_once('\n').unwrap_or((text, ""));
    let Ok(server) = Url::parse(server) else {
        return;
    };
    if !matches!(server.scheme(), "http" | "https") {
        return;
    }
    let own = resource_metadata_urls(&server, None);
    for url in &own {
        assert_eq!(url.origin(), server.origin());
        assert!(url.path().starts_with("/.well-known/oauth-protected-resource"));
        assert_eq!(url.fragment(), None);
    }
    assert_eq!(own.first().map(Url::query), Some(server.query()));
    let all = resource_metadata_urls(&server, Some(challenge));
    assert!(own.iter().all(|url| all.contains(url)));
    assert!(all.len() <= 3);
});
