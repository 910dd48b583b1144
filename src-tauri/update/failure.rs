//! What went wrong with an update, as a person may read it.

use tauri_plugin_updater::Error;

use crate::failure::Failure;

/// The sentence for what the plugin says.
pub(super) fn told(error: Error) -> Failure {
    let error = without_address(error);
    tracing::warn!("the update failed: {error}");
    match &error {
        Error::Reqwest(error) if !error.is_decode() => unreachable(),
        Error::Network(_) => unreachable(),
        Error::Reqwest(_)
        | Error::Serialization(_)
        | Error::ReleaseNotFound
        | Error::Semver(_)
        | Error::UrlParse(_) => Failure::new(
            "update_unreadable",
            "What was announced as the newest version cannot be read.",
            Some("Try again later."),
        ),
        Error::TargetNotFound(_) | Error::TargetsNotFound(_) => Failure::new(
            "update_not_here",
            "There is a newer version, but none for this computer.",
            Some("Try again later."),
        ),
        Error::Minisign(_) | Error::Base64(_) | Error::SignatureUtf8(_) => Failure::new(
            "update_not_signed",
            "The new version is not signed by those who make Drawbridge. Nothing of it was installed.",
            Some("Try again later. If it stays so, tell those who make Drawbridge."),
        ),
        Error::SignedVersionMismatch { .. } | Error::MissingSignedVersion => Failure::new(
            "update_other_version",
            "The new version is signed as another one than it was announced as. Nothing of it was installed.",
            Some("Try again later. If it stays so, tell those who make Drawbridge."),
        ),
        Error::AuthenticationFailed => Failure::new(
            "update_not_allowed",
            "The system did not allow the new version to be installed.",
            Some("Try again, and allow it."),
        ),
        Error::Io(error) => not_installed(&error.to_string()),
        _ => not_installed("it is not in a form that this computer takes"),
    }
}

/// A package may lie at an address that only who holds it may fetch (rule N5).
fn without_address(error: Error) -> Error {
    match error {
        Error::Reqwest(error) => Error::Reqwest(error.without_url()),
        other => other,
    }
}

fn unreachable() -> Failure {
    Failure::new(
        "update_unreachable",
        "The place where new versions are announced cannot be reached.",
        Some("Check your connection, and try again."),
    )
}

fn not_installed(why: &str) -> Failure {
    Failure::new(
        "update_not_installed",
        &format!("The new version could not be installed: {why}."),
        Some("This version goes on. Check that you may write where the app is, and try again."),
    )
}

/// The system did not start the installer: of a package in the folder for temporary files, some think the worst.
pub(super) fn installer() -> Failure {
    not_installed("the system did not start its installer")
}

pub(super) fn too_large() -> Failure {
    Failure::new(
        "update_too_large",
        "The new version is larger than Drawbridge can be. Nothing of it was installed.",
        Some("Try again later. If it stays so, tell those who make Drawbridge."),
    )
}

/// Nobody wants to know of new versions.
pub(super) fn off() -> Failure {
    Failure::new(
        "updates_off",
        "Drawbridge does not look for new versions.",
        Some("Switch it on in the preferences."),
    )
}

/// This copy gets them in another way.
pub(super) fn elsewhere() -> Failure {
    Failure::new(
        "updates_elsewhere",
        "This Drawbridge does not update itself.",
        Some("Update it in the way that it was installed."),
    )
}

/// Nothing newer has been found.
pub(super) fn nothing_newer() -> Failure {
    Failure::new(
        "no_update",
        "There is no newer version to install.",
        Some("Look for one first."),
    )
}

pub(super) fn nowhere() -> Failure {
    Failure::new(
        "update_nowhere",
        "This build does not know where new versions are announced.",
        None,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The guide of the person whose update fails.
    const GUIDE: &str = include_str!("../../docs/guide/src/updates.md");

    #[test]
    fn the_guide_has_every_code() {
        let by_plugin = [
            Error::Network("503".to_owned()),
            Error::ReleaseNotFound,
            Error::TargetNotFound("plan9".to_owned()),
            Error::SignatureUtf8("no signature".to_owned()),
            Error::MissingSignedVersion,
            Error::AuthenticationFailed,
            Error::InvalidUpdaterFormat,
        ];
        let ours = [off(), elsewhere(), nothing_newer(), nowhere(), too_large()];
        for failure in by_plugin.into_iter().map(told).chain(ours) {
            let row = format!("| `{}` |", failure.code());
            assert!(GUIDE.contains(&row), "{row}");
        }
    }

    // rule: N5
    #[tokio::test]
    async fn no_address_is_told() {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let asked = client.get("http://127.0.0.1:1/package?signature=s3cret");
        let error = Error::Reqwest(asked.send().await.unwrap_err());
        assert!(error.to_string().contains("s3cret"), "{error}");
        let told = without_address(error).to_string();
        assert!(
            !told.contains("127.0.0.1") && !told.contains("s3cret"),
            "{told}"
        );
    }
}
