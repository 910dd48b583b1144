//! Metadata of authorization servers, for as long as they say that it holds (rule A6).

use std::collections::HashMap;
use std::sync::Mutex;

use drawbridge_oauth::{Issuer, Leniency, Reach, ServerMetadata};

use crate::core::lock;
use crate::view::Millis;

/// What was allowed when it was read is part of it: another server may allow less.
type Key = (Issuer, Leniency, Reach);

/// Lives in memory alone.
#[derive(Default)]
pub(crate) struct MetadataCache(Mutex<HashMap<Key, (ServerMetadata, Millis)>>);

impl MetadataCache {
    /// What is still fresh.
    pub(crate) fn get(
        &self,
        issuer: &Issuer,
        leniency: &Leniency,
        reach: Reach,
        now: Millis,
    ) -> Option<ServerMetadata> {
        let key = (issuer.clone(), leniency.clone(), reach);
        let kept = lock(&self.0);
        let (metadata, good_until) = kept.get(&key)?;
        (*good_until > now).then(|| metadata.clone())
    }

    /// Keeps it until `good_until`, and what is not fresh any more no longer.
    pub(crate) fn keep(&self, key: Key, metadata: ServerMetadata, now: Millis, good_until: Millis) {
        let mut kept = lock(&self.0);
        kept.retain(|_, (_, good_until)| *good_until > now);
        if good_until > now {
            kept.insert(key, (metadata, good_until));
        }
    }

    /// What was read in another way, through another proxy say, is asked for again.
    pub(crate) fn clear(&self) {
        lock(&self.0).clear();
    }

    /// Something did not work there: the next one asks again.
    pub(crate) fn forget(&self, metadata: &ServerMetadata) {
        lock(&self.0).retain(|_, (kept, _)| kept.issuer != metadata.issuer);
    }
}
