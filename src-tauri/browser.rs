//! The person's own browser.

use drawbridge_engine::is_web_page;
use tauri::{AppHandle, Runtime};
use tauri_plugin_opener::OpenerExt as _;
use url::Url;

use crate::failure::{Answer, Failure};

/// Opens `url`, which must be `https` or on this computer; never by a shell (rule N4).
pub(crate) fn open<R: Runtime>(app: &AppHandle<R>, url: &str) -> Answer<()> {
    if !Url::parse(url).is_ok_and(|url| is_web_page(&url)) {
        return Err(Failure::new(
            "not_a_web_address",
            "The sign-in page has an address that is not safe to open.",
            None,
        ));
    }
    app.opener().open_url(url, None::<&str>).map_err(|error| {
        // The kind alone: the whole error may repeat the address.
        let kind = match error {
            tauri_plugin_opener::Error::Io(error) => error.kind().to_string(),
            _ => "other".to_owned(),
        };
        tracing::warn!("the browser could not be opened: {kind}");
        Failure::new(
            "no_browser",
            "Your browser could not be opened.",
            Some("Copy the link and open it in a browser yourself."),
        )
    })
}
