//! What outcomes mean: facts to store, tasks to add, failures, counts.
//!
//! Nothing here reads or writes: what is known comes in, what follows goes out.

mod attestation;
mod config;
mod descending;
mod given;
mod manifest;
mod repositories;
mod tag;
mod tags;
#[cfg(test)]
mod tests;
mod want;

use forebear_store::Task;

use super::children::Reached;
use super::context::Context;
use super::effects::Effects;
use super::known::Known;
use super::outcome::Outcome;

use descending::Descending;
use given::Given;

pub(super) use want::waits;

/// What follows from an outcome.
pub(super) fn decide(task: &Task, outcome: Outcome, known: &Known<'_>, context: &Context) -> Effects {
    let given = Given { known, context };
    let mut effects = Effects::default();
    let mut below = Descending::new(given);
    let rest = part(task, outcome, given, &mut below, &mut effects);
    effects.rest = below.rest(rest);
    if effects.waits {
        // All of it is looked at again.
        effects.rest = None;
    } else if effects.rest.is_none() {
        end(task, given, &mut effects);
    }
    effects
}

/// What follows from an outcome, or from as much of it as is decided on at
/// once. Returns what is left.
fn part(
    task: &Task,
    outcome: Outcome,
    given: Given<'_>,
    below: &mut Descending<'_>,
    effects: &mut Effects,
) -> Option<Outcome> {
    match (task, outcome) {
        (_, Outcome::Failed { kind, message }) => effects.fail(task.subject(), kind, &message, given.context),
        (Task::Catalog { .. } | Task::Namespace { .. }, Outcome::Repositories { names, told, rejected, next }) => {
            return repositories::page(task, (names, told, rejected, next), given, effects);
        }
        (Task::Catalog { .. }, Outcome::Vanished { .. }) => return repositories::vanished(given, effects),
        (Task::Tags { repository }, Outcome::Tags { listed, rejected, known }) => {
            return tags::listed(repository, (*listed, &rejected, known), given, below, effects);
        }
        (Task::Tags { .. }, Outcome::Listing(listing)) => return tags::listing(listing, given, below, effects),
        (Task::Tag { repository, tag }, Outcome::Tag { digest, manifest, by_tag_only }) => {
            tag::found((repository, tag), (digest, manifest, by_tag_only), given, below, effects);
        }
        (Task::Tag { repository, tag }, Outcome::Absent) => tag::absent(repository, tag, effects),
        (Task::Manifest { repository, depth, .. }, Outcome::Manifest(fetched)) => {
            manifest::fetched(*fetched, repository, *depth, below, effects);
        }
        (Task::Attestation { subject, .. }, Outcome::Attestation(fetched, statement)) => {
            attestation::fetched(&task.subject().to_string(), *subject, (*fetched, statement), effects);
        }
        (Task::Config { repository, .. }, Outcome::Config(fetched)) => {
            config::fetched(*fetched, repository, given, effects);
        }
        (
            Task::Tags { repository } | Task::Tag { repository, .. } | Task::Manifest { repository, .. },
            Outcome::Below { reached, then },
        ) => {
            for reached in reached {
                below.descend(repository, reached, effects);
            }
            return then.map(|then| *then);
        }
        (Task::Again { digest, repository, depth, tag, subject }, Outcome::Again) => {
            let reached = Reached::of_again(*digest, *depth, *subject);
            effects.waits |= below.again(repository, reached, tag.as_deref(), effects);
        }
        (Task::Again { repository, .. }, Outcome::Below { reached, .. }) => {
            for reached in reached {
                effects.waits |= below.again(repository, reached, None, effects);
            }
        }
        // Each kind of task is answered in kind; limits end no task.
        (
            _,
            Outcome::Repositories { .. }
            | Outcome::Vanished { .. }
            | Outcome::Tags { .. }
            | Outcome::Listing(_)
            | Outcome::Tag { .. }
            | Outcome::Absent
            | Outcome::Manifest(_)
            | Outcome::Attestation(..)
            | Outcome::Config(_)
            | Outcome::Again
            | Outcome::Below { .. }
            | Outcome::Limited { .. },
        ) => {}
    }
    None
}

/// Ends a task: what it is about no longer fails, unless it just did.
fn end(task: &Task, given: Given<'_>, effects: &mut Effects) {
    if matches!(task, Task::Tags { .. }) {
        effects.counts.repositories_done += 1;
    }
    // One that asked for nothing has found nothing well.
    if !given.known.has_failures() || matches!(task, Task::Again { .. }) {
        return;
    }
    let subject = task.subject();
    let fails = given.known.has_failed(&subject) || effects.writes.failures.iter().any(|new| new.subject == subject);
    if !fails && given.known.failure(&subject).is_some() {
        effects.writes.recovered.push(subject);
    }
}
