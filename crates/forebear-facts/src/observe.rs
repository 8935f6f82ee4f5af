//! When an observation of a tag begins, goes on and ends.
//!
//! Observations of one tag follow each other: their times never go back,
//! whatever the clock does, and only the last may be open. A run that looks at a
//! tag twice, because a crash made it forget that it had, leaves what one look
//! leaves.

use forebear_image::{ManifestDigest, RepositoryName, Timestamp};

use crate::observation::TagObservation;

/// What a look at a tag means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed {
    /// The observation that was open and is over. To be written first: one that
    /// began in this very run is replaced by the next.
    pub ended: Option<TagObservation>,
    /// The observation that is open now.
    pub open: Option<TagObservation>,
    /// What it counts as; `None` for a tag that still is not there.
    pub change: Option<TagChange>,
}

/// What became of a tag since it was last looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagChange {
    /// It was not there.
    New,
    /// It leads where it led.
    Unchanged,
    /// It leads elsewhere.
    Moved,
    /// It is there no more.
    Gone,
}

impl Observed {
    /// What is to be written, in this order.
    pub fn into_writes(self) -> impl Iterator<Item = TagObservation> {
        self.ended.into_iter().chain(self.open)
    }
}

/// A tag leads to `digest` at `now`, the time of the run. `last` is its latest
/// observation, over or not.
#[must_use]
pub fn present(
    (repository, tag): (&RepositoryName, &str),
    last: Option<TagObservation>,
    digest: ManifestDigest,
    now: Timestamp,
) -> Observed {
    let begin = |since: Timestamp| TagObservation {
        repository: repository.clone(),
        tag: tag.to_owned(),
        first_seen: since,
        last_seen: since,
        digest,
        ended: false,
    };
    match last {
        None => Observed { ended: None, open: Some(begin(now)), change: Some(TagChange::New) },
        Some(over) if over.ended => {
            Observed { ended: None, open: Some(begin(begins_after(&over, now))), change: Some(TagChange::New) }
        }
        Some(open) if open.digest == digest => {
            let last_seen = now.max(open.last_seen);
            Observed {
                ended: None,
                open: Some(TagObservation { last_seen, ..open }),
                change: Some(TagChange::Unchanged),
            }
        }
        Some(open) => {
            let next = begin(begins_after(&open, now));
            Observed {
                ended: Some(TagObservation { ended: true, ..open }),
                open: Some(next),
                change: Some(TagChange::Moved),
            }
        }
    }
}

/// A tag is not there. When it went nobody saw: its observation ends with the
/// last run that saw it, so the time of this one does not matter.
#[must_use]
pub fn absent(last: Option<TagObservation>) -> Observed {
    match last {
        Some(open) if !open.ended => {
            Observed { ended: Some(TagObservation { ended: true, ..open }), open: None, change: Some(TagChange::Gone) }
        }
        Some(_) | None => Observed { ended: None, open: None, change: None },
    }
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
