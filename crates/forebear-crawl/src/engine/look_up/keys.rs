//! What an outcome speaks of.

use forebear_image::RepositoryName;
use forebear_store::{Depth, Keys, Stage, Task};

use crate::engine::children::Reached;
use crate::engine::context::Context;
use crate::engine::listing::{FED_AT_ONCE, Step};
use crate::engine::outcome::{AT_ONCE, Next, Outcome};

use super::candidates::Candidates;
use super::walk::Walk;

/// Adds the keys of what an outcome speaks of, or as much of it as is decided on
/// at once.
pub(super) fn of<'a>(
    task: &'a Task,
    outcome: &'a Outcome,
    context: &Context,
    keys: &mut Keys<'a>,
    walk: &mut Walk<'a>,
    candidates: &mut Candidates,
) {
    if !matches!(task, Task::Again { .. }) {
        candidates.may_end(task);
    }
    match (task, outcome) {
        (Task::Catalog { .. } | Task::Namespace { .. }, Outcome::Repositories { names, next, .. }) => {
            let names = names.as_slice().iter().take(AT_ONCE);
            for name in names.filter(|name| context.selection.wants_repository(name)) {
                keys.walked.push(name);
                candidates.may_add(Stage::Tags, || Task::Tags { repository: name.clone() });
            }
            if let Next::Page(cursor) = next {
                candidates.may_add(Stage::Catalog, || task.at_page(cursor.as_str()));
            }
        }
        (Task::Tags { repository }, Outcome::Tags { listed, .. }) => {
            keys.repositories.push(repository);
            if listed.is_whole(&context.selection) {
                keys.open.push((repository, None));
            }
            let positions = listed.choice.positions.iter().take(FED_AT_ONCE);
            tags(repository, positions.map(|position| listed.tags.at(*position)), context, keys, candidates);
        }
        (Task::Tags { repository }, Outcome::Listing(listing)) => {
            if let Step::End { after } = &listing.step {
                keys.open.push((repository, after.as_deref()));
            }
            tags(repository, listing.next(), context, keys, candidates);
        }
        (Task::Tag { repository, tag }, Outcome::Tag { digest, manifest, .. }) => {
            keys.tags.push((repository, tag));
            candidates.may_add(Stage::Again, || {
                Reached::Manifest { digest: *digest, depth: Depth::TAG }.again(repository, None)
            });
            match manifest {
                Some(manifest) => {
                    walk.bring(repository, manifest.digest, &manifest.facts, Depth::TAG);
                    // It comes along in every run.
                    walk.begin(repository, manifest.digest, Depth::TAG);
                }
                None => walk.begin(repository, *digest, Depth::TAG),
            }
        }
        (Task::Manifest { repository, depth, .. }, Outcome::Manifest(manifest)) => {
            let (digest, depth) = (manifest.digest, *depth);
            candidates.may_add(Stage::Again, || Reached::Manifest { digest, depth }.again(repository, None));
            walk.bring(repository, digest, &manifest.facts, depth);
        }
        (Task::Again { digest, repository, depth, subject, .. }, Outcome::Again) => {
            match Reached::of_again(*digest, *depth, *subject) {
                Reached::Manifest { digest, depth } => walk.begin(repository, digest, depth),
                reached @ Reached::Attestation(_) => walk.come(repository, reached),
            }
        }
        (
            Task::Tags { repository }
            | Task::Tag { repository, .. }
            | Task::Manifest { repository, .. }
            | Task::Again { repository, .. },
            Outcome::Below { reached, .. },
        ) => reached.iter().for_each(|reached| walk.come(repository, *reached)),
        // Nothing need be known of these, or is found out beforehand.
        (
            _,
            Outcome::Repositories { .. }
            | Outcome::Tags { .. }
            | Outcome::Tag { .. }
            | Outcome::Absent
            | Outcome::Manifest(_)
            | Outcome::Attestation(..)
            | Outcome::Config(_)
            | Outcome::Failed { .. }
            | Outcome::Again
            | Outcome::Limited { .. }
            | Outcome::Vanished { .. }
            | Outcome::Listing(_)
            | Outcome::Below { .. },
        ) => {}
    }
}

/// Tags of a list that are about to be put on the frontier.
fn tags<'a>(
    repository: &'a RepositoryName,
    tags: impl Iterator<Item = &'a str>,
    context: &Context,
    keys: &mut Keys<'a>,
    candidates: &mut Candidates,
) {
    for tag in tags {
        if context.resumed {
            keys.tags.push((repository, tag));
            keys.absent.push((repository, tag));
        }
        candidates.may_add(Stage::Tag, || Task::Tag { repository: repository.clone(), tag: tag.to_owned() });
    }
}
