//! Failures on record that are over though nobody asked for the item again: a
//! tag that was deleted, a manifest that no tag leads to any more, a digest that
//! was had from another repository.

use forebear_image::RepositoryName;
use forebear_store::{Batch, Failure, Store, StoreError};

use crate::selection::{Origin, registry_of};

use super::context::Context;
use super::tally::Tally;

/// Kinds that earlier versions recorded and that are warnings now.
const WARNINGS_NOW: [&str; 2] = ["invalid_name", "nesting"];

/// Drops the failures on record that a run, now at its end, would have met.
///
/// Where nothing failed and nothing was left alone, all that there is has
/// been met: what succeeded was dropped by that. What is still on record is
/// of something that is no more.
pub(super) fn drop_resolved(store: &dyn Store, context: &Context, tally: &Tally<'_>) -> Result<(), StoreError> {
    if !store.has_failures()? {
        return Ok(());
    }
    let everything_met = met_everything(store, context, tally)?;
    let mut batch = Batch::of(context.run);
    for failure in store.failures()?.into_iter().filter(|failure| failure.registry == context.registry) {
        let is_warning = WARNINGS_NOW.contains(&failure.kind.as_str());
        if is_warning || (everything_met && is_over(&failure, store, context)?) {
            batch.recovered.push(failure.subject);
        }
    }
    if batch.is_empty() { Ok(()) } else { store.apply(batch) }
}

/// Whether of each repository that was walked nothing was left out.
fn met_everything(store: &dyn Store, context: &Context, tally: &Tally<'_>) -> Result<bool, StoreError> {
    let selection = &context.selection;
    let all = tally.failures.is_empty() && tally.delayed == 0 && tally.parked == 0 && tally.counts.tags.capped == 0;
    // An earlier process may have left something alone.
    if !all
        || context.resumed
        || selection.narrows_tags()
        || selection.newest().is_some()
        || selection.narrows_platforms()
    {
        return Ok(false);
    }
    // Attestations are met by those only that want them.
    let registry = Some(&context.stored_as);
    let wants = |identity: &str| identity.contains(r#""provenance":true"#);
    let other = |identity: &str| registry_of(identity).as_ref() == registry && wants(identity);
    Ok(selection.wants_provenance() || !store.runs()?.iter().any(|run| other(&run.selection)))
}

/// Whether a failure is of a repository that was walked, or that a whole
/// catalog does not list.
fn is_over(failure: &Failure, store: &dyn Store, context: &Context) -> Result<bool, StoreError> {
    let Some(repository) = repository_of(&failure.subject) else { return Ok(false) };
    let selection = &context.selection;
    let catalog = selection.origin() == Origin::Catalog && !selection.narrows_repositories();
    Ok(failure.run != context.run && (catalog || store.was_walked(context.run, &repository)?))
}

/// The repository in a [`forebear_store::Task::subject`].
fn repository_of(subject: &str) -> Option<RepositoryName> {
    let name = subject.split_once(" config ").map_or(subject, |(name, _)| name);
    let name = name.split_once('@').map_or(name, |(name, _)| name);
    // A colon in the registry is that of its port.
    let (registry, path) = name.split_once('/')?;
    let path = path.split_once(':').map_or(path, |(path, _)| path);
    RepositoryName::new(&registry.parse().ok()?, path).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repositories_of_subjects() {
        #[track_caller]
        fn check(subject: &str, expected: Option<&str>) {
            assert_eq!(repository_of(subject).map(|name| name.to_string()).as_deref(), expected);
        }
        check("localhost:5000/acme/app", Some("localhost:5000/acme/app"));
        check("localhost:5000/acme/app:1.0", Some("localhost:5000/acme/app"));
        check("docker.io/library/app@sha256:00", Some("docker.io/library/app"));
        check("docker.io/library/app config sha256:00", Some("docker.io/library/app"));
        check("the catalog", None);
        check("the namespace acme", None);
    }
}
