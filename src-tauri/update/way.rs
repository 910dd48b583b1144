//! How this copy of the program gets new versions.

use std::path::Path;

use serde::Serialize;
use tauri::{AppHandle, Runtime, utils::config::BundleType, utils::platform};

/// Who replaces this copy with a newer one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// It does so itself, when the person wants it.
    Itself,
    /// The package manager that installed it.
    Packages,
    /// Whoever built it.
    Hand,
}

impl Way {
    /// How the copy that runs does.
    pub(super) fn of<R: Runtime>(app: &AppHandle<R>) -> Way {
        let program = platform::current_exe().unwrap_or_default();
        let in_place = is_in_place(&program);
        by(
            platform::bundle_type().as_ref(),
            from_appimage(app),
            in_place,
        )
    }
}

/// Whether it lies in an application folder of macOS, and not in the image that it came in or where
/// the system has put it aside for a first start.
fn is_in_place(program: &Path) -> bool {
    let in_folder = program
        .parent()
        .is_some_and(|folder| folder.ends_with("Contents/MacOS"));
    let aside = program
        .components()
        .any(|part| part.as_os_str() == "AppTranslocation");
    in_folder && !aside && !program.starts_with("/Volumes")
}

fn by(bundle: Option<&BundleType>, appimage: bool, in_place: bool) -> Way {
    match bundle {
        Some(BundleType::Deb | BundleType::Rpm) => Way::Packages,
        Some(BundleType::Nsis | BundleType::Msi) => Way::Itself,
        Some(BundleType::AppImage) if appimage => Way::Itself,
        Some(BundleType::App) if in_place => Way::Itself,
        // A program that is in no package was built here, also where a terminal runs from an
        // `AppImage` and hands down its name.
        _ => Way::Hand,
    }
}

#[cfg(target_os = "linux")]
fn from_appimage<R: Runtime>(app: &AppHandle<R>) -> bool {
    use tauri::Manager as _;

    app.env().appimage.is_some()
}

#[cfg(not(target_os = "linux"))]
fn from_appimage<R: Runtime>(_app: &AppHandle<R>) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{BundleType, Path, Way, by, is_in_place};

    #[rstest]
    #[case::debian(Some(BundleType::Deb), false, Way::Packages)]
    #[case::fedora(Some(BundleType::Rpm), true, Way::Packages)]
    #[case::appimage(Some(BundleType::AppImage), true, Way::Itself)]
    #[case::taken_out_of_one(Some(BundleType::AppImage), false, Way::Hand)]
    #[case::windows(Some(BundleType::Nsis), false, Way::Itself)]
    #[case::windows_of_a_company(Some(BundleType::Msi), false, Way::Itself)]
    #[case::built_here(None, false, Way::Hand)]
    #[case::built_here_in_the_terminal_of_another(None, true, Way::Hand)]
    fn a_package_is_left_to_its_manager(
        #[case] bundle: Option<BundleType>,
        #[case] appimage: bool,
        #[case] way: Way,
    ) {
        assert_eq!(by(bundle.as_ref(), appimage, false), way);
    }

    #[rstest]
    #[case(
        "/Applications/Drawbridge.app/Contents/MacOS/drawbridge-desktop",
        Way::Itself
    )]
    #[case(
        "/Volumes/Drawbridge/Drawbridge.app/Contents/MacOS/drawbridge-desktop",
        Way::Hand
    )]
    #[case(
        "/private/var/AppTranslocation/1/d/Drawbridge.app/Contents/MacOS/x",
        Way::Hand
    )]
    #[case("/home/ada/drawbridge/target/debug/drawbridge-desktop", Way::Hand)]
    fn an_app_is_replaced_where_the_person_has_put_it(#[case] program: &str, #[case] way: Way) {
        let in_place = is_in_place(Path::new(program));
        assert_eq!(by(Some(&BundleType::App), false, in_place), way);
    }
}
