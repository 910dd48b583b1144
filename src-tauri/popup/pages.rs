//! What sign-in pages may keep from one sign-in to the next: nothing, unless the person wants a
//! server's page remembered. Each server has a folder of its own, so two accounts never meet.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use drawbridge_engine::{AttemptId, PAGES, SignInPrompt, view::ServerView};

/// The web view of macOS keeps nothing in a folder: it would put the pages of all servers together, and never
/// forget them.
const HAS_FOLDERS: bool = !cfg!(target_os = "macos");

/// The web view of Windows shares what pages keep that keep nothing, as long as one of them is open: but for those in
/// another folder.
const SHARES_INCOGNITO: bool = cfg!(windows);

/// Where pages are that keep nothing, each attempt's in a folder of its own. No server is called so.
const INCOGNITO: &str = "incognito";

/// The folders of all pages.
#[derive(Debug, Clone)]
pub(crate) struct Pages(Option<PathBuf>);

impl Pages {
    /// They are in the data folder; without one, nothing is remembered.
    pub(crate) fn in_folder(data: Option<&Path>) -> Self {
        Self(data.map(|data| data.join(PAGES)))
    }

    /// Whether the page may keep what it stores.
    pub(super) fn remember(&self, prompt: &SignInPrompt) -> bool {
        HAS_FOLDERS && prompt.remember_page && self.0.is_some()
    }

    /// The folder of the page, if it has one.
    pub(super) fn folder_for(&self, prompt: &SignInPrompt) -> io::Result<Option<PathBuf>> {
        let folder = match &self.0 {
            Some(pages) if self.remember(prompt) => pages.join(prompt.server.as_str()),
            Some(pages) if SHARES_INCOGNITO => pages.join(INCOGNITO).join(prompt.attempt.as_str()),
            _ => return Ok(None),
        };
        make_private(&folder)?;
        Ok(Some(folder))
    }

    /// Removes the folders of pages that kept nothing and are not open any more. Their web view may hold fast to that of
    /// the last one for a moment: then it goes with the next one, or at the next start.
    pub(super) fn keep_only_open(&self, is_open: impl Fn(&AttemptId) -> bool) {
        let Some(pages) = &self.0 else { return };
        for (attempt, folder) in folders(&pages.join(INCOGNITO)) {
            if !is_open(&AttemptId::from(attempt.as_str()))
                && let Err(error) = forget(&folder)
            {
                tracing::debug!("the folder of a page stays for now: {}", error.kind());
            }
        }
    }

    /// Forgets the page of a server that is gone, or is not to be remembered.
    pub(crate) fn keep_only_if_wanted(&self, server: &str, now: Option<&ServerView>) {
        let wanted = now.is_some_and(|server| server.sign_in.remember_page);
        if let Some(pages) = &self.0
            && !wanted
            && let Err(error) = forget(&pages.join(server))
        {
            // The next start tries again.
            tracing::warn!("a sign-in page was not forgotten: {}", error.kind());
        }
    }

    /// Forgets the pages of all servers but these, if they are to be remembered.
    pub(crate) fn keep_only_those_of(&self, servers: &[ServerView]) {
        let Some(pages) = &self.0 else { return };
        for (name, _) in folders(pages) {
            let server = servers.iter().find(|server| name == server.id);
            self.keep_only_if_wanted(&name, server);
        }
    }
}

/// What lies in a folder, by its name; nothing in one that is not there.
fn folders(folder: &Path) -> impl Iterator<Item = (String, PathBuf)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| {
        (
            entry.file_name().to_string_lossy().into_owned(),
            entry.path(),
        )
    })
}

fn forget(folder: &Path) -> io::Result<()> {
    // A window that closes may still write: what it writes then is not found again.
    let going = folder.with_extension("going");
    remove(&going)?;
    unless_absent(fs::rename(folder, &going))?;
    remove(&going)
}

fn remove(folder: &Path) -> io::Result<()> {
    unless_absent(fs::remove_dir_all(folder))
}

fn unless_absent(outcome: io::Result<()>) -> io::Result<()> {
    match outcome {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        outcome => outcome,
    }
}

/// Cookies are as good as passwords: nobody else on this computer may read them.
fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_server_wants_any_more_is_forgotten() {
        let data = tempfile::tempdir().unwrap();
        let pages = Pages::in_folder(Some(data.path()));
        for name in ["gone", "half.going"] {
            let folder = data.path().join("pages").join(name);
            make_private(&folder).unwrap();
            fs::write(folder.join("cookies"), "a").unwrap();
        }
        pages.keep_only_those_of(&[]);
        let left = fs::read_dir(data.path().join("pages")).unwrap();
        assert_eq!(left.count(), 0);
        pages.keep_only_if_wanted("never-there", None);
    }

    #[test]
    fn folders_of_pages_that_kept_nothing_go_with_their_windows_and_all_at_the_next_start() {
        let data = tempfile::tempdir().unwrap();
        let pages = Pages::in_folder(Some(data.path()));
        let place = data.path().join("pages/incognito");
        for attempt in ["open", "closed", "held.going"] {
            make_private(&place.join(attempt)).unwrap();
        }
        pages.keep_only_open(|attempt| attempt.as_str() == "open");
        let left: Vec<_> = folders(&place).map(|(name, _)| name).collect();
        assert_eq!(left, ["open"]);
        pages.keep_only_those_of(&[]);
        assert!(!place.exists());
        pages.keep_only_open(|_| true);
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt as _;

        let data = tempfile::tempdir().unwrap();
        let folder = data.path().join("pages/one");
        make_private(&folder).unwrap();
        let mode = fs::metadata(folder).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }
}
