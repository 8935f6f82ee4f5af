//! The tags of a repository: those that are chosen are asked for, those that a
//! whole list lacks end.

use forebear_facts::{RepositoryFacts, RepositorySeen, TagObservation, observe};
use forebear_image::RepositoryName;
use forebear_store::{Depth, FailureKind, Subject, Task, WalkedRepository};

use crate::engine::effects::Effects;
use crate::engine::known::{Manifest, UnderWay};
use crate::engine::listing::{Listing, Step};
use crate::engine::outcome::{Listed, Outcome, Rejected};

use super::descending::Descending;
use super::given::Given;
use super::want::{is_left_alone, want};

/// The whole list of a repository's tags, and whether the registry knows that.
pub(super) fn listed(
    repository: &RepositoryName,
    (listed, rejected, known): (Listed, &Rejected, bool),
    given: Given<'_>,
    below: &mut Descending<'_>,
    effects: &mut Effects,
) -> Option<Outcome> {
    let context = given.context;
    let subject = repository.to_string();
    effects.rejected(&subject, "tags", rejected);
    let before = given.known.repository(repository);
    if !known && before.is_none() && context.selection.names_repositories() {
        let message = format!("{} has no repository {}", context.registry, context.selection.registrys_own(repository));
        effects.fail(Subject::Repository(repository.clone()), FailureKind::NotFound, &message, context);
        return None;
    }
    // Only a whole list, walked whole, says that what it lacks is gone.
    let is_whole = listed.is_whole(&context.selection);
    let Listed { tags, choice } = listed;
    if choice.capped > 0 {
        let (walked, all) = (choice.positions.len(), choice.positions.len() + choice.capped);
        let message = format!("{all} tags, of which the newest {walked} are walked; {} are left out", choice.capped);
        effects.counts.tags.capped += choice.capped as u64;
        effects.warn(&subject, "capped", &message);
    }
    let complete_at = before.and_then(|before| before.complete_at);
    // A clock may have been set back since.
    let complete_at = if is_whole { complete_at.max(Some(context.now)) } else { complete_at };
    let facts = RepositoryFacts { name: repository.clone(), complete_at };
    let step = if is_whole { Step::End { after: None } } else { Step::Feed };
    let walked = choice.positions.len() as u64;
    let seen = if known { RepositorySeen::listed } else { RepositorySeen::gone };
    let seen = seen(repository.clone(), context.now);
    let list = Listing { facts, seen, tags, walked, step, left: choice.positions.into_iter() };
    listing(Box::new(list), given, below, effects)
}

/// The next piece of a list. Until the last the task stays pending: a crash has
/// the list fetched again, and what this run has already looked at is ignored.
pub(super) fn listing(
    mut listing: Box<Listing>,
    given: Given<'_>,
    below: &mut Descending<'_>,
    effects: &mut Effects,
) -> Option<Outcome> {
    end_unlisted(&mut listing, given, effects);
    if listing.step != Step::Feed {
        return Some(Outcome::Listing(listing));
    }
    let repository = &listing.facts.name;
    for tag in listing.next() {
        if given.context.resumed && was_looked_at(repository, tag, given, below, effects) {
            continue;
        }
        want(Task::Tag { repository: repository.clone(), tag: tag.to_owned() }, given, effects);
    }
    if !listing.fed() {
        return Some(Outcome::Listing(listing));
    }
    effects.writes.walked.push(WalkedRepository { name: listing.facts.name.clone(), tags: listing.walked });
    effects.writes.repositories.push(listing.facts);
    effects.writes.seen.push(listing.seen);
    None
}

/// Ends those tags on record that a whole list lacks, as far as they were
/// looked up.
fn end_unlisted(listing: &mut Listing, given: Given<'_>, effects: &mut Effects) {
    if listing.step == Step::Feed {
        return;
    }
    let Some(open) = given.known.open(&listing.facts.name) else { return };
    for gone in open.tags.values().filter(|open| !listing.tags.contains(&open.tag)) {
        effects.observe(observe::absent(Some(gone.clone())));
    }
    listing.step = match &open.last {
        Some(last) => Step::End { after: Some(last.clone()) },
        None => Step::Feed,
    };
}

/// Whether it is known where a tag leads at the time of this run, or that this
/// run found it absent, so that it need not be asked for; what is missing below is
/// then asked for.
///
/// Another run of the same time may have looked at it, and have wanted less.
fn was_looked_at(
    repository: &RepositoryName,
    tag: &str,
    given: Given<'_>,
    below: &mut Descending<'_>,
    effects: &mut Effects,
) -> bool {
    if given.known.is_absent(repository, tag) {
        return true;
    }
    let is_now = |last: &&TagObservation| !last.ended && last.last_seen == given.context.now;
    let Some(open) = given.known.observation(repository, tag).filter(is_now) else { return false };
    let digest = open.digest;
    match given.known.manifest(&digest) {
        Manifest::Stored(_) => {
            below.manifest(repository, digest, None, effects);
            true
        }
        // If this run does not have it to do already, nor has failed on it, only
        // the tag tells by which name to ask for it.
        Manifest::Absent | Manifest::Unasked => {
            let task = Task::Manifest { digest, repository: repository.clone(), depth: Depth::TAG, tag: None };
            match given.known.to_do(&task) {
                UnderWay::No => is_left_alone(&task, given, effects),
                UnderWay::Here => true,
                UnderWay::Elsewhere => {
                    below.manifest(repository, digest, None, effects);
                    true
                }
            }
        }
    }
}
