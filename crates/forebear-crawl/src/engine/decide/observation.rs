//! Observations of tags: they begin, go on and end.

use forebear_image::{ManifestDigest, RepositoryName, TagObservation, Timestamp};

use crate::engine::effects::Effects;

/// Records what a tag leads to at the time of this run. Times never go back,
/// whatever the clock does: a tag's observations follow each other.
pub(super) fn observe(
    (repository, tag): (&RepositoryName, &str),
    digest: ManifestDigest,
    last: Option<&TagObservation>,
    now: Timestamp,
    effects: &mut Effects,
) {
    let changes = &mut effects.counts.tags;
    let (first_seen, last_seen) = match last {
        Some(ended) if ended.ended => {
            changes.new += 1;
            let since = begins_after(ended, now);
            (since, since)
        }
        Some(open) if open.digest == digest => {
            changes.unchanged += 1;
            (open.first_seen, now.max(open.last_seen))
        }
        Some(open) => {
            changes.moved += 1;
            let since = begins_after(open, now);
            effects.end(open.clone());
            (since, since)
        }
        None => {
            changes.new += 1;
            (now, now)
        }
    };
    effects.writes.observations.push(TagObservation {
        repository: repository.clone(),
        tag: tag.to_owned(),
        first_seen,
        last_seen,
        digest,
        ended: false,
    });
}

/// When a tag's next observation begins. A clock that was set back makes it a
/// second after the last. Two looks at one time are one observation, unless the
/// tag was gone between them.
fn begins_after(last: &TagObservation, now: Timestamp) -> Timestamp {
    let is_over = last.ended && last.first_seen == now;
    if now >= last.last_seen && !is_over {
        return now;
    }
    Timestamp { seconds: last.last_seen.seconds.saturating_add(1), ..last.last_seen }
}
