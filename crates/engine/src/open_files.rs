//! How many files and connections the program may have open.

/// A few for each of 1,000 servers. Programs that this one starts may have as many, so it is not all that the
/// system would allow.
const MANY: u64 = 8_192;

/// Raises the limit, as far as the system lets us: it is 256 for an app on macOS, and mostly 1,024 on Linux. At
/// its end no server could be reached, and no grant locked for its renewal.
pub(crate) fn allow_many() {
    match rlimit::increase_nofile_limit(MANY) {
        Ok(limit) => tracing::debug!(limit, "so many files may be open"),
        Err(error) => tracing::warn!(%error, "the limit of open files stays as it is"),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use rlimit::Resource;

    #[test]
    fn many_files_may_be_open_whatever_the_program_was_started_with() {
        let (_, most) = Resource::NOFILE.get().unwrap();
        Resource::NOFILE.set(256, most).unwrap();
        super::allow_many();
        let (now, _) = Resource::NOFILE.get().unwrap();
        assert_eq!(now, super::MANY.min(most));
    }
}
