//! A damaged database is kept aside under a dated name; what comes in its place says where it is.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use time::OffsetDateTime;

use super::Store;
use crate::place::DAMAGED;
use crate::view::{Millis, SetAside};

/// Names the setting that tells of a database that was kept aside, until the person has seen it.
const SETTING: &str = "set_aside";

impl Store {
    /// The database that was kept aside, until the person has seen it.
    pub(crate) async fn set_aside(&self) -> Result<Option<SetAside>, sqlx::Error> {
        let stored = self.setting(SETTING).await?;
        Ok(stored.and_then(|text| serde_json::from_str(&text).ok()))
    }

    pub(super) async fn tell_set_aside(&self, what: &SetAside) -> Result<(), sqlx::Error> {
        let text = serde_json::to_string(what).unwrap_or_default();
        self.set_setting(SETTING, &text).await
    }

    /// The person has seen it. The file stays where it is.
    pub(crate) async fn forget_set_aside(&self) -> Result<(), sqlx::Error> {
        self.set_setting(SETTING, "").await
    }
}

/// Renames the file and what belongs to it; says where it is now.
///
/// The write-ahead log goes first: left behind, it would be played into the new database.
pub(super) fn set_aside(database: &Path, now: Millis) -> io::Result<SetAside> {
    let name = free_name(database, now);
    for suffix in ["-wal", "-shm", ""] {
        match std::fs::rename(with(database, suffix), with(&name, suffix)) {
            Err(error) if suffix.is_empty() || error.kind() != io::ErrorKind::NotFound => {
                return Err(error);
            }
            _ => {}
        }
    }
    Ok(SetAside {
        path: name.display().to_string(),
        at: now,
    })
}

/// `drawbridge-damaged-2026-11-24-031500.sqlite`, in UTC; a second one in the same second counts on.
fn free_name(database: &Path, now: Millis) -> PathBuf {
    let at = OffsetDateTime::from_unix_timestamp(now / 1000).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let stem = database.file_stem().unwrap_or_default().to_string_lossy();
    let dated = format!(
        "{stem}{DAMAGED}{}-{:02}-{:02}-{:02}{:02}{:02}",
        at.year(),
        u8::from(at.month()),
        at.day(),
        at.hour(),
        at.minute(),
        at.second(),
    );
    (1..1000)
        .map(|count| match count {
            1 => database.with_file_name(format!("{dated}.sqlite")),
            _ => database.with_file_name(format!("{dated}-{count}.sqlite")),
        })
        .find(|name| !name.exists())
        .unwrap_or_else(|| database.with_file_name(dated))
}

/// Of a database and what SQLite keeps beside it.
pub(super) fn with(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_named_after_the_time_and_takes_nobodys_place() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("drawbridge.sqlite");
        for text in ["one", "two"] {
            std::fs::write(&database, text).unwrap();
            std::fs::write(with(&database, "-wal"), text).unwrap();
            set_aside(&database, 1_795_490_100_000).unwrap();
        }
        let mut names: Vec<_> = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        insta::assert_snapshot!(names.join("\n"), @r"
        drawbridge-damaged-2026-11-24-031500-2.sqlite
        drawbridge-damaged-2026-11-24-031500-2.sqlite-wal
        drawbridge-damaged-2026-11-24-031500.sqlite
        drawbridge-damaged-2026-11-24-031500.sqlite-wal
        ");
    }
}
