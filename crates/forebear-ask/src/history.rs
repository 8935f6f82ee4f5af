//! What tags led to, and when.

use forebear_image::{ManifestDigest, Timestamp};
use forebear_index::{ObservationId, View};
use serde::Serialize;

use crate::error::AskError;
use crate::listed;
use crate::note::Note;
use crate::observed::{OfferedAnswer, offered_by};

/// What the tags of a name led to over time.
#[derive(Clone, Debug, Serialize)]
pub struct HistoryAnswer {
    /// The repository, with the tag where one was asked for.
    pub name: String,
    /// By tag, then oldest first.
    pub observations: Vec<ObservationAnswer>,
    /// Start of the last run that the index knows of, or the time that was asked as of, where
    /// that is earlier.
    pub observed_until: Option<Timestamp>,
}

/// A tag that was seen to lead to one manifest or index.
#[derive(Clone, Debug, Serialize)]
pub struct ObservationAnswer {
    /// The tag alone.
    pub tag: String,
    /// What it led to.
    pub digest: Option<ManifestDigest>,
    /// Start of the run that first saw it lead there.
    pub first_seen: Timestamp,
    /// Start of the run that last saw it lead there; as of an earlier time, that time itself where
    /// a later run did.
    pub last_seen: Timestamp,
    /// Whether it leads elsewhere now, or is gone.
    pub ended: bool,
    /// The images that it offered.
    pub images: Vec<OfferedAnswer>,
}

/// The history of `NAME`, `NAME:TAG` or `NAME:GLOB`.
pub(crate) fn find(index: &View, text: &str) -> Result<(HistoryAnswer, Vec<Note>), AskError> {
    let (repository, tags, notes) = listed::meant(index, text)?;
    let mut observations = Vec::new();
    for tag in &tags {
        let seen = index.observations_of_tag(*tag);
        observations.extend(seen.filter_map(|id| observed(index, index.tag_name(*tag), id)));
    }
    let repository = index.repository_name(repository);
    let name = match text.rsplit_once(':') {
        Some((_, tag)) if !tag.contains('/') => format!("{repository}:{tag}"),
        _ => repository.to_owned(),
    };
    Ok((HistoryAnswer { name, observations, observed_until: index.observed_until() }, notes))
}

/// One observation; `None` where it had not begun by the time asked about.
fn observed(index: &View, tag: &str, id: ObservationId) -> Option<ObservationAnswer> {
    let seen = index.name(id)?;
    let manifest = index.observed_manifest(id);
    Some(ObservationAnswer {
        tag: tag.to_owned(),
        digest: manifest.and_then(|manifest| Some(index.manifest(manifest)?.digest())),
        first_seen: seen.first_seen,
        last_seen: seen.last_seen,
        ended: seen.ended,
        images: manifest.map(|manifest| offered_by(index, manifest)).unwrap_or_default(),
    })
}
