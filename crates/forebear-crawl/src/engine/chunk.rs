//! How much is decided on at once: it bounds memory, and how long a batch takes.

use std::collections::VecDeque;

use forebear_image::ManifestFacts;
use forebear_store::Task;

use super::listing::FED_AT_ONCE;
use super::outcome::{AT_ONCE, Outcome};

/// Takes as many outcomes as are decided on at once; none where none is left.
pub(super) fn take(outcomes: &mut VecDeque<(Task, Outcome)>) -> Vec<(Task, Outcome)> {
    let mut room = AT_ONCE;
    let mut chunk = Vec::new();
    while room > 0
        && let Some((task, outcome)) = outcomes.pop_front()
    {
        room = room.saturating_sub(weight(&outcome));
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

#[cfg(test)]
mod tests {
    use forebear_image::RepositoryName;

    use super::*;

    fn tags(count: usize) -> impl Iterator<Item = (Task, Outcome)> {
        let repository = RepositoryName::new(&"r.example".parse().unwrap(), "acme/app").unwrap();
        (0..count).map(move |tag| (Task::Tag { repository: repository.clone(), tag: tag.to_string() }, Outcome::Absent))
    }

    fn vanished() -> (Task, Outcome) {
        (Task::Catalog { cursor: None }, Outcome::Vanished { after: None })
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
    }
}
