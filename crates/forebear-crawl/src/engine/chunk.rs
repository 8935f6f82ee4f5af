//! How much is decided on at once: it bounds memory, and how long a batch takes.

use std::collections::VecDeque;

use forebear_image::ManifestFacts;
use forebear_store::Task;

use super::listing::FED_AT_ONCE;
use super::outcome::{AT_ONCE, Outcome};

/// Bytes of what outcomes brought at which a chunk is at its end.
const BYTES_AT_ONCE: usize = 2 * 1024 * 1024;

/// Takes as many outcomes as are decided on at once; none where none is left.
pub(super) fn take(outcomes: &mut VecDeque<(Task, Outcome)>) -> Vec<(Task, Outcome)> {
    let (mut room, mut room_for_bytes) = (AT_ONCE, BYTES_AT_ONCE);
    let mut chunk = Vec::new();
    while room > 0
        && room_for_bytes > 0
        && let Some((task, outcome)) = outcomes.pop_front()
    {
        room = room.saturating_sub(weight(&outcome));
        room_for_bytes = room_for_bytes.saturating_sub(bytes(&outcome));
        chunk.push((task, outcome));
    }
    chunk
}

/// Whether an outcome may make tasks.
pub(super) fn leads_on(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Absent
        | Outcome::Attestation(..)
        | Outcome::Config(_)
        | Outcome::Failed { .. }
        | Outcome::Limited { .. } => false,
        Outcome::Repositories { .. }
        | Outcome::Tags { .. }
        | Outcome::Tag { .. }
        | Outcome::Manifest(_)
        | Outcome::Vanished { .. }
        | Outcome::Listing(_)
        | Outcome::Again
        | Outcome::Below { .. } => true,
    }
}

/// How many tasks an outcome ends, or may make.
fn weight(outcome: &Outcome) -> usize {
    match outcome {
        Outcome::Absent
        | Outcome::Again
        | Outcome::Tag { manifest: None, .. }
        | Outcome::Attestation(..)
        | Outcome::Config(_)
        | Outcome::Failed { .. }
        | Outcome::Limited { .. } => 1,
        Outcome::Tag { manifest: Some(manifest), .. } | Outcome::Manifest(manifest) => match &manifest.facts {
            ManifestFacts::Index { children, .. } => 1 + children.len(),
            ManifestFacts::Image(_)
            | ManifestFacts::Schema1 { .. }
            | ManifestFacts::Artifact { .. }
            | ManifestFacts::Attestation { .. } => 1,
        },
        Outcome::Repositories { names, .. } => names.len().clamp(1, AT_ONCE),
        Outcome::Tags { listed, .. } => listed.choice.positions.len().clamp(1, FED_AT_ONCE),
        Outcome::Listing(listing) => listing.left.len().clamp(1, FED_AT_ONCE),
        Outcome::Vanished { .. } => AT_ONCE,
        Outcome::Below { reached, .. } => reached.len(),
    }
}

/// About how much memory what an outcome brought takes, in bytes.
pub(super) fn bytes(outcome: &Outcome) -> usize {
    match outcome {
        Outcome::Manifest(manifest) | Outcome::Tag { manifest: Some(manifest), .. } => manifest.weight(),
        Outcome::Attestation(manifest, statement) => {
            manifest.weight() + statement.as_ref().map_or(0, |statement| statement.document.len())
        }
        Outcome::Config(config) => config.weight(),
        Outcome::Below { then: Some(then), .. } => bytes(then),
        // Lists have limits of their own.
        Outcome::Absent
        | Outcome::Tag { manifest: None, .. }
        | Outcome::Failed { .. }
        | Outcome::Limited { .. }
        | Outcome::Repositories { .. }
        | Outcome::Tags { .. }
        | Outcome::Vanished { .. }
        | Outcome::Listing(_)
        | Outcome::Again
        | Outcome::Below { then: None, .. } => 0,
    }
}

#[cfg(test)]
mod tests {
    use forebear_image::{ConfigDigest, Digest, RepositoryName, config};
    use forebear_store::NewConfig;

    use super::*;

    fn tags(count: usize) -> impl Iterator<Item = (Task, Outcome)> {
        let repository = RepositoryName::new(&"r.example".parse().unwrap(), "acme/app").unwrap();
        (0..count).map(move |tag| (Task::Tag { repository: repository.clone(), tag: tag.to_string() }, Outcome::Absent))
    }

    fn vanished() -> (Task, Outcome) {
        (Task::Catalog { cursor: None }, Outcome::Vanished { after: None })
    }

    /// A config with a history of this many bytes of text.
    fn wordy(bytes: usize) -> (Task, Outcome) {
        let text = format!(r#"{{"history":[{{"created_by":"{}"}}]}}"#, "a".repeat(bytes));
        let facts = config::parse(text.as_bytes()).unwrap();
        let digest = ConfigDigest(Digest::sha256(b""));
        let (task, _) = vanished();
        (task, Outcome::Config(Box::new(NewConfig { digest, document: Vec::new(), facts })))
    }

    #[test]
    fn a_chunk_is_bounded_and_never_empty() {
        #[track_caller]
        fn check(outcomes: impl IntoIterator<Item = (Task, Outcome)>, expected: &[usize]) {
            let mut outcomes: VecDeque<_> = outcomes.into_iter().collect();
            let chunks = std::iter::from_fn(|| Some(take(&mut outcomes).len()).filter(|length| *length > 0));
            assert_eq!(chunks.collect::<Vec<_>>(), expected);
        }
        check([], &[]);
        check(tags(1), &[1]);
        check(tags(AT_ONCE + 1), &[AT_ONCE, 1]);
        // One that takes a whole chunk may be the last of another.
        check([vanished(), vanished()], &[1, 1]);
        check(tags(1).chain([vanished()]).chain(tags(1)), &[2, 1]);
        // P406: by the memory that it takes, too.
        check([wordy(2_000_000), wordy(1), wordy(2_000_000), wordy(1)], &[3, 1]);
        check((0..100).map(|_| wordy(300_000)), &[vec![7; 14], vec![2]].concat());
    }
}
