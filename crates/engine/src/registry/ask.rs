//! One page, asked for.

use http::header::ACCEPT;
use url::Url;

use super::RegistryError;
use super::entry::{Listing, listing};
use crate::core::Core;

/// How many servers a page has.
const PAGE: &str = "50";

pub(super) async fn page(
    core: &Core,
    registry: &Url,
    query: &str,
    cursor: Option<&str>,
) -> Result<Listing, RegistryError> {
    let url = address(registry, query, cursor);
    let request = http::Request::get(url.as_str())
        .header(ACCEPT, "application/json")
        .body(Vec::new())
        .map_err(|_| RegistryError::NotUnderstood)?;
    let http = core.http_for(registry).await;
    let answer = tokio::time::timeout(core.limits.probe, http.send(request))
        .await
        .map_err(|_| RegistryError::TimedOut)??;
    if !answer.status().is_success() {
        return Err(RegistryError::Refused {
            status: answer.status().as_u16(),
        });
    }
    listing(answer.body()).ok_or(RegistryError::NotUnderstood)
}

fn address(registry: &Url, query: &str, cursor: Option<&str>) -> Url {
    let mut url = registry.clone();
    let path = format!("{}/v0.1/servers", registry.path().trim_end_matches('/'));
    url.set_path(&path);
    {
        let mut pairs = url.query_pairs_mut();
        pairs.clear();
        pairs.append_pair("version", "latest");
        pairs.append_pair("limit", PAGE);
        if !query.is_empty() {
            pairs.append_pair("search", query);
        }
        if let Some(cursor) = cursor {
            pairs.append_pair("cursor", cursor);
        }
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_written_into_the_address() {
        let registry = Url::parse("https://registry.example/below/").unwrap();
        let url = address(&registry, "a&b c", Some("x/y:1"));
        assert_eq!(
            url.as_str(),
            "https://registry.example/below/v0.1/servers?version=latest&limit=50&search=a%26b+c&cursor=x%2Fy%3A1"
        );
    }
}
