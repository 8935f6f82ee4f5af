//! Repositories that a run which has not come to its end has still to walk: an index
//! of half a registry says so.

use std::collections::BTreeSet;

use forebear_facts::rows::{ConfigRow, FactSource, Key, ManifestRow, ObservationRow, SourceError, TextRow, UnreadRow};
use forebear_facts::{RepositoryFacts, RepositorySeen};
use forebear_store::{Store, StoreError};

use super::unread::{Left, left};

/// The rows of a source, and what unfinished runs have still to come to.
pub(super) struct WithUncrawled<S> {
    source: S,
    /// Their full names.
    uncrawled: BTreeSet<String>,
    unread: Vec<UnreadRow>,
}

impl<S> WithUncrawled<S> {
    /// With what the unfinished runs of a store have still to walk.
    pub(super) fn of(store: &dyn Store, source: S) -> Result<Self, StoreError> {
        let Left { unread, uncrawled } = left(store)?;
        Ok(Self { source, uncrawled, unread })
    }
}

impl<S: FactSource> FactSource for WithUncrawled<S> {
    fn texts(&self, each: &mut dyn FnMut(TextRow<'_>)) -> Result<(), SourceError> {
        self.source.texts(each)
    }

    fn other_digests(&self, each: &mut dyn FnMut((&Key, &str))) -> Result<(), SourceError> {
        self.source.other_digests(each)
    }

    fn configs(&self, each: &mut dyn FnMut((&Key, ConfigRow<'_>))) -> Result<(), SourceError> {
        self.source.configs(each)
    }

    fn manifests(&self, each: &mut dyn FnMut((&Key, ManifestRow<'_>))) -> Result<(), SourceError> {
        self.source.manifests(each)
    }

    fn observations(&self, each: &mut dyn FnMut(ObservationRow<'_>)) -> Result<(), SourceError> {
        self.source.observations(each)
    }

    fn repositories(&self, each: &mut dyn FnMut(RepositoryFacts)) -> Result<(), SourceError> {
        self.source.repositories(each)
    }

    fn uncrawled(&self) -> Result<Vec<String>, SourceError> {
        Ok(self.uncrawled.iter().cloned().collect())
    }

    fn seen(&self, each: &mut dyn FnMut(RepositorySeen)) -> Result<(), SourceError> {
        self.source.seen(each)
    }

    fn unread(&self) -> Result<Vec<UnreadRow>, SourceError> {
        Ok(self.unread.clone())
    }

    fn lost_records(&self) -> u64 {
        self.source.lost_records()
    }
}
