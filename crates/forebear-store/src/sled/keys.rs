//! Keys: one byte of kind, then what identifies the row, so that rows of a
//! kind are one range in a useful order.

use forebear_facts::TagObservation;
use forebear_image::{Digest, RepositoryName, Timestamp};

use crate::log::Lost;
use crate::run::RunId;
use crate::subject::Subject;
use crate::task::{Stage, Task};

/// Kinds of rows.
#[derive(Clone, Copy, Debug)]
#[repr(u8)]
pub(super) enum Kind {
    Absent = b'a',
    /// Where a document lies, in an index of an earlier version.
    Document = b'b',
    Failure = b'f',
    Hold = b'h',
    Lost = b'l',
    Observation = b'o',
    Position = b'p',
    Repository = b'r',
    Seeded = b's',
    Seen = b'v',
    Task = b't',
    Run = b'u',
    Walked = b'w',
    Unconfirmed = b'y',
}

/// The key of everything of a kind that begins with `rest`.
pub(super) fn prefix(kind: Kind, rest: &[u8]) -> Vec<u8> {
    let mut key = Vec::with_capacity(1 + rest.len());
    key.push(kind as u8);
    key.extend_from_slice(rest);
    key
}

/// A document, in an index of an earlier version.
pub(super) fn document(digest: &Digest) -> Vec<u8> {
    let algorithm = u8::from(matches!(digest, Digest::Sha512(_)));
    let mut key = prefix(Kind::Document, &[algorithm]);
    key.extend_from_slice(digest.as_bytes());
    key
}

/// Observations of a tag, oldest first. Names cannot hold NUL.
pub(super) fn tag(repository: &RepositoryName, tag: &str) -> Vec<u8> {
    prefix(Kind::Observation, format!("{repository}\0{tag}\0").as_bytes())
}

/// The first key after all observations of a tag: no tag holds a byte this small.
pub(super) fn after_tag(repository: &RepositoryName, tag: &str) -> Vec<u8> {
    prefix(Kind::Observation, format!("{repository}\0{tag}\x01").as_bytes())
}

/// A repository.
pub(super) fn repository(name: &RepositoryName) -> Vec<u8> {
    prefix(Kind::Repository, name.to_string().as_bytes())
}

/// What was seen of a repository.
pub(super) fn seen(name: &RepositoryName) -> Vec<u8> {
    prefix(Kind::Seen, name.to_string().as_bytes())
}

/// The digest in a key made by [`document`].
pub(super) fn parse_digest(key: &[u8]) -> Option<Digest> {
    match key.get(1)? {
        0 => key.get(2..)?.try_into().ok().map(Digest::Sha256),
        _ => key.get(2..)?.try_into().ok().map(Digest::Sha512),
    }
}

/// A repository with observations that were seen again and not yet confirmed in
/// the log.
pub(super) fn unconfirmed(name: &RepositoryName) -> Vec<u8> {
    prefix(Kind::Unconfirmed, name.to_string().as_bytes())
}

/// That a run's first tasks are there.
pub(super) fn seeded(run: RunId) -> Vec<u8> {
    prefix(Kind::Seeded, &run.to_be_bytes())
}

/// Records that are lost and were given up.
pub(super) fn lost(lost: &Lost) -> Vec<u8> {
    let mut key = prefix(Kind::Lost, &lost.first.to_be_bytes());
    key.extend_from_slice(&lost.last.to_be_bytes());
    key
}

/// A failure.
pub(super) fn failure(subject: &Subject) -> Vec<u8> {
    prefix(Kind::Failure, subject.to_string().as_bytes())
}

/// A run.
pub(super) fn run(id: RunId) -> Vec<u8> {
    prefix(Kind::Run, &id.to_be_bytes())
}

/// That a run has walked a repository.
pub(super) fn walked(run: RunId, name: Option<&RepositoryName>) -> Vec<u8> {
    let mut key = prefix(Kind::Walked, &run.to_be_bytes());
    key.extend(name.map(ToString::to_string).unwrap_or_default().into_bytes());
    key
}

/// Tags that a run found listed and not there.
pub(super) fn absent_tags(run: RunId) -> Vec<u8> {
    prefix(Kind::Absent, &run.to_be_bytes())
}

/// One of them. Names cannot hold NUL.
pub(super) fn absent(run: RunId, repository: &RepositoryName, tag: &str) -> Vec<u8> {
    let mut key = absent_tags(run);
    key.extend_from_slice(format!("{repository}\0{tag}").as_bytes());
    key
}

/// Observations of a repository.
pub(super) fn tags(repository: &RepositoryName) -> Vec<u8> {
    prefix(Kind::Observation, format!("{repository}\0").as_bytes())
}

pub(super) fn observation(o: &TagObservation) -> Vec<u8> {
    let mut key = tag(&o.repository, &o.tag);
    key.extend_from_slice(&ordered(o.first_seen));
    key
}

/// A time whose bytes sort as the time does.
fn ordered(time: Timestamp) -> [u8; 12] {
    let mut bytes = [0; 12];
    let seconds = (time.seconds as u64) ^ (1 << 63);
    for (slot, byte) in bytes.iter_mut().zip(seconds.to_be_bytes().into_iter().chain(time.nanos.to_be_bytes())) {
        *slot = byte;
    }
    bytes
}

pub(super) fn tasks(run: RunId, stage: Option<Stage>) -> Vec<u8> {
    let mut key = prefix(Kind::Task, &run.to_be_bytes());
    key.extend(stage.map(|stage| stage as u8));
    key
}

pub(super) fn task(run: RunId, task: &Task) -> Vec<u8> {
    let mut key = tasks(run, Some(task.stage()));
    key.extend_from_slice(task.identity().as_bytes());
    key
}
