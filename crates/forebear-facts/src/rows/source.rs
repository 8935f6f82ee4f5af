//! Where rows come from, as the index builder sees it.

use forebear_image::Timestamp;

use super::key::Key;
use super::unread::UnreadRow;
use super::view::{ConfigRow, ManifestRow};
use crate::repository::RepositoryFacts;
use crate::seen::RepositorySeen;

/// An error of a source, whatever its own type.
pub type SourceError = Box<dyn std::error::Error + Send + Sync>;

/// A text with its number.
#[derive(Clone, Copy, Debug)]
pub struct TextRow<'a> {
    /// SHA-256 of the text.
    pub key: &'a Key,
    /// Its number, by which other rows mean it. Numbers say nothing beyond one
    /// source: they follow the order in which texts were first met.
    pub id: u32,
    /// Number of the same text without white space at its ends; its own, where
    /// it has none.
    pub trimmed: u32,
    /// The text.
    pub text: &'a str,
}

/// A stretch of time over which a tag led to a manifest.
#[derive(Clone, Copy, Debug)]
pub struct ObservationRow<'a> {
    /// Full name of the repository.
    pub repository: &'a str,
    /// The tag.
    pub tag: &'a str,
    /// What it led to.
    pub manifest: &'a Key,
    /// First run that saw it.
    pub first_seen: Timestamp,
    /// Last run that saw it.
    pub last_seen: Timestamp,
    /// Whether it is over.
    pub ended: bool,
}

/// Streams the facts an index is built from, each kind in ascending order of
/// what identifies a row, none twice. The order is what lets ten million rows
/// become sorted tables without being sorted, or even held.
pub trait FactSource: Sync {
    /// All texts, by their SHA-256.
    ///
    /// # Errors
    /// Whatever the source's own reading fails with.
    fn texts(&self, each: &mut dyn FnMut(TextRow<'_>)) -> Result<(), SourceError>;

    /// Digests that are not SHA-256, by key.
    ///
    /// # Errors
    /// As [`FactSource::texts`].
    fn other_digests(&self, each: &mut dyn FnMut((&Key, &str))) -> Result<(), SourceError>;

    /// All configs by digest, and what schema 1 manifests say of one under
    /// [`super::schema1_key`], by key.
    ///
    /// # Errors
    /// As [`FactSource::texts`].
    fn configs(&self, each: &mut dyn FnMut((&Key, ConfigRow<'_>))) -> Result<(), SourceError>;

    /// All manifests and indexes that were read, by digest.
    ///
    /// # Errors
    /// As [`FactSource::texts`].
    fn manifests(&self, each: &mut dyn FnMut((&Key, ManifestRow<'_>))) -> Result<(), SourceError>;

    /// All tag observations, past ones included, by repository (its full name
    /// as bytes), tag and time.
    ///
    /// # Errors
    /// As [`FactSource::texts`].
    fn observations(&self, each: &mut dyn FnMut(ObservationRow<'_>)) -> Result<(), SourceError>;

    /// All repositories ever walked, empty ones included, by full name.
    ///
    /// # Errors
    /// As [`FactSource::texts`].
    fn repositories(&self, each: &mut dyn FnMut(RepositoryFacts)) -> Result<(), SourceError>;

    /// Full names of repositories that a registry listed and that a run has still to
    /// come to, ascending. Those that were walked before may be among them.
    ///
    /// # Errors
    /// As [`FactSource::texts`].
    fn uncrawled(&self) -> Result<Vec<String>, SourceError> {
        Ok(Vec::new())
    }

    /// When repositories were seen and what registries told of them, by full name:
    /// none where only earlier versions have crawled.
    ///
    /// # Errors
    /// As [`FactSource::texts`].
    fn seen(&self, each: &mut dyn FnMut(RepositorySeen)) -> Result<(), SourceError> {
        _ = each;
        Ok(())
    }

    /// What was unread when the last run ended, in any order.
    ///
    /// # Errors
    /// As [`FactSource::texts`].
    fn unread(&self) -> Result<Vec<UnreadRow>, SourceError> {
        Ok(Vec::new())
    }

    /// How many records of the facts were damaged and given up.
    fn lost_records(&self) -> u64;
}

impl<T: FactSource + ?Sized> FactSource for &T {
    fn texts(&self, each: &mut dyn FnMut(TextRow<'_>)) -> Result<(), SourceError> {
        (**self).texts(each)
    }

    fn other_digests(&self, each: &mut dyn FnMut((&Key, &str))) -> Result<(), SourceError> {
        (**self).other_digests(each)
    }

    fn configs(&self, each: &mut dyn FnMut((&Key, ConfigRow<'_>))) -> Result<(), SourceError> {
        (**self).configs(each)
    }

    fn manifests(&self, each: &mut dyn FnMut((&Key, ManifestRow<'_>))) -> Result<(), SourceError> {
        (**self).manifests(each)
    }

    fn observations(&self, each: &mut dyn FnMut(ObservationRow<'_>)) -> Result<(), SourceError> {
        (**self).observations(each)
    }

    fn repositories(&self, each: &mut dyn FnMut(RepositoryFacts)) -> Result<(), SourceError> {
        (**self).repositories(each)
    }

    fn uncrawled(&self) -> Result<Vec<String>, SourceError> {
        (**self).uncrawled()
    }

    fn seen(&self, each: &mut dyn FnMut(RepositorySeen)) -> Result<(), SourceError> {
        (**self).seen(each)
    }

    fn unread(&self) -> Result<Vec<UnreadRow>, SourceError> {
        (**self).unread()
    }

    fn lost_records(&self) -> u64 {
        (**self).lost_records()
    }
}
