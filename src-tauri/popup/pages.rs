//! What sign-in pages may keep from one sign-in to the next: nothing, unless the person wants a
//! server's page remembered. Each server has a folder of its own, so two accounts never meet.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use drawbridge_engine::{PAGES, SignInPrompt, view::ServerView};

/// The web view of macOS keeps nothing in a folder: it would put the pages of all servers together, and never
/// forget them.
const HAS_FOLDERS: bool = !cfg!(target_os = "macos");

/// The folders of all remembered pages.
#[derive(Debug, Clone)]
pub(crate) struct Pages(Option<PathBuf>);

impl Pages {
    /// They are in the data folder; without one, nothing is remembered.
    pub(crate) fn in_folder(data: Option<&Path>) -> Self {
        Self(data.map(|data| data.join(PAGES)))
    }

    /// Where the page keeps what it stores, if it may.
    pub(super) fn folder_for(&self, prompt: &SignInPrompt) -> io::Result<Option<PathBuf>> {
        let may = HAS_FOLDERS && prompt.remember_page;
        let Some(pages) = self.0.as_ref().filter(|_| may) else {
            return Ok(None);
        };
        let folder = pages.join(prompt.server.as_str());
        make_private(&folder)?;
        Ok(Some(folder))
    }

    /// Forgets the page of a server that is gone, or is not to be remembered.
    pub(crate) fn keep_only_if_wanted(&self, server: &str, now: Option<&ServerView>) {
        let wanted = now.is_some_and(|server| server.sign_in.remember_page);
        if let Some(pages) = &self.0
            && !wanted
        {
            forget(&pages.join(server));
        }
    }

    /// Forgets the pages of all servers but these, if they are to be remembered.
    pub(crate) fn keep_only_those_of(&self, servers: &[ServerView]) {
        let folders = self.0.as_ref().and_then(|pages| fs::read_dir(pages).ok());
        for entry in folders.into_iter().flatten().flatten() {
            let name = entry.file_name();
            let server = servers.iter().find(|server| name == server.id.as_str());
            self.keep_only_if_wanted(&name.to_string_lossy(), server);
        }
    }
}

fn forget(folder: &Path) {
    // A window that closes may still write: what it writes then is not found again.
    let going = folder.with_extension("going");
    let gone = remove(&going)
        .and_then(|()| unless_absent(fs::rename(folder, &going)))
        .and_then(|()| remove(&going));
    if let Err(error) = gone {
        // The next start tries again.
        tracing::warn!("a sign-in page was not forgotten: {}", error.kind());
    }
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
