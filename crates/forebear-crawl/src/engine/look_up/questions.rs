//! The questions to the store, one after the other.

use forebear_image::RepositoryName;
use forebear_store::{Depth, Keys, Stage, Store, StoreError, Task};

use crate::engine::children::Reached;
use crate::engine::context::Context;
use crate::engine::known::LookedUp;
use crate::engine::outcome::{AT_ONCE, Outcome};

use super::answers::take_in;
use super::candidates::{Candidates, Scope};
use super::keys;
use super::walk::Walk;

/// Looks up what a chunk of outcomes needs.
///
/// # Errors
/// The store's.
pub(in crate::engine) fn look_up(
    store: &dyn Store,
    context: &Context,
    scope: Scope,
    chunk: &[(Task, Outcome)],
) -> Result<LookedUp, StoreError> {
    let mut known = LookedUp::default();
    let on_record = on_record(store, context, chunk, &mut known)?;
    let (mut walk, mut candidates) = (Walk::new(&context.selection), Candidates::new(scope));
    let mut first = Keys { most_open: AT_ONCE, ..Keys::default() };
    for (task, outcome) in chunk {
        keys::of(task, outcome, context, &mut first, &mut walk, &mut candidates);
    }
    for name in &on_record {
        candidates.may_add(Stage::Tags, || Task::Tags { repository: name.clone() });
    }
    let mut next = first;
    loop {
        next.manifests = walk.manifests(&known);
        next.configs = walk.configs(&known);
        next.platforms = context.selection.narrows_platforms();
        next.run = context.run;
        if is_empty(&next) {
            break;
        }
        let found = store.look_up(&next)?;
        if context.resumed {
            // Where this run has seen a tag lead, the walk is resumed from there.
            for ((repository, _), last) in next.tags.iter().zip(&found.tags) {
                if let Some(last) = last.as_ref().filter(|last| last.last_seen == context.now) {
                    walk.come(repository, Reached::Manifest { digest: last.digest, depth: Depth::TAG });
                }
            }
        }
        take_in(&next, found, &context.selection, &mut known);
        next = Keys::default();
    }
    walk.missing(&known, &mut candidates);
    if let Some(last) = candidates.keys(context.run) {
        take_in(&last, store.look_up(&last)?, &context.selection, &mut known);
    }
    known.on_record = on_record;
    Ok(known)
}

/// Repositories on record that a catalog may no longer list, and what is known
/// of them.
fn on_record(
    store: &dyn Store,
    context: &Context,
    chunk: &[(Task, Outcome)],
    known: &mut LookedUp,
) -> Result<Vec<RepositoryName>, StoreError> {
    let after = |(_, outcome): &(Task, Outcome)| match outcome {
        Outcome::Vanished { after } => Some(after.clone()),
        _ => None,
    };
    // A run walks one catalog.
    let Some(after) = chunk.iter().find_map(after) else { return Ok(Vec::new()) };
    let page = store.repositories_of(&context.stored_as, after.as_ref(), AT_ONCE)?;
    let names: Vec<RepositoryName> = page.into_iter().map(|facts| facts.name).collect();
    let keys = Keys { run: context.run, walked: names.iter().collect(), ..Keys::default() };
    take_in(&keys, store.look_up(&keys)?, &context.selection, known);
    // Mostly none: what is on record is listed.
    let populated: Vec<&RepositoryName> = names.iter().filter(|name| !known.walked.contains(name)).collect();
    if !populated.is_empty() {
        let keys = Keys { run: context.run, populated, ..Keys::default() };
        take_in(&keys, store.look_up(&keys)?, &context.selection, known);
    }
    Ok(names)
}

/// Whether a question about facts asks for nothing.
fn is_empty(keys: &Keys<'_>) -> bool {
    keys.manifests.is_empty()
        && keys.configs.is_empty()
        && keys.tags.is_empty()
        && keys.repositories.is_empty()
        && keys.walked.is_empty()
        && keys.open.is_empty()
}
