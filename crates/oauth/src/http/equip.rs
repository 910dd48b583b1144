//! The client of a library that builds its own, made like ours.

use std::time::Duration;

use reqwest::redirect::Policy;
use url::Url;

use super::{Http, MOST_REDIRECTS, clients::proxy_to};
use crate::Error;

/// How long an answer may stand still: a download has no other deadline.
const STILL: Duration = Duration::from_secs(30);

/// What it does to a client that is about to be built.
pub type Equipment = Box<dyn Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync>;

impl Http {
    /// Gives a client whose requests begin at `to` the proxy, trust, name and reach of this one. It
    /// may be redirected, but never from https to anything else.
    pub async fn equipment(&self, to: &Url) -> Result<Equipment, Error> {
        let (http, to, tls) = (self.clone(), to.clone(), self.clients.tls().await?);
        Ok(Box::new(move |client| {
            let proxy = proxy_to(&to, http.reach, &http.options);
            http.clients
                .equip(client, tls.clone(), http.reach, proxy, &http.options)
                .redirect(Policy::limited(MOST_REDIRECTS))
                .https_only(to.scheme() == "https")
                .read_timeout(STILL)
        }))
    }
}

#[cfg(test)]
mod tests {
    use axum::response::IntoResponse as _;

    use super::*;
    use crate::wire::{Seen, Wire, answer, http};

    async fn equipped(to: &Url) -> reqwest::Client {
        let equip = http().equipment(to).await.unwrap();
        let client = equip(reqwest::Client::builder().user_agent("a library"));
        client.build().unwrap()
    }

    #[tokio::test]
    async fn a_library_goes_by_our_name_and_follows_redirects() {
        let wire = Wire::new(|seen: &Seen, own| match seen.target.as_str() {
            "/" => (
                http::StatusCode::FOUND,
                [("location", format!("{own}/moved"))],
            )
                .into_response(),
            _ => answer(200, "text/plain", "here"),
        })
        .await;
        let client = equipped(&wire.url("/")).await;
        let response = client.get(wire.url("/")).send().await.unwrap();
        assert_eq!(response.text().await.unwrap(), "here");
        for seen in wire.seen() {
            let name = seen.headers["user-agent"].to_str().unwrap();
            assert!(name.starts_with("Drawbridge/"), "{name}");
            assert!(!seen.headers.contains_key("referer"));
        }
    }

    // rule: N4
    #[tokio::test]
    async fn what_began_with_tls_stays_with_it() {
        let wire = Wire::new(|_, _| answer(200, "text/plain", "here")).await;
        let begun = Url::parse("https://updates.example/latest.json").unwrap();
        let client = equipped(&begun).await;
        assert!(client.get(wire.url("/")).send().await.is_err());
        assert!(wire.seen().is_empty());
    }
}
