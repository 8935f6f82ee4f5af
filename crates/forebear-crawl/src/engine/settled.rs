//! Failures on record that are over though nobody asked for the item again: a
//! tag that was deleted, a manifest that no tag leads to any more, a digest that
//! was had from another repository.

use forebear_image::RepositoryName;
use forebear_store::{Batch, Failure, StoreError};

use crate::selection::{Origin, registry_of};

use super::absorb::Absorber;

/// Kinds that earlier versions recorded and that are warnings now.
const WARNINGS_NOW: [&str; 2] = ["invalid_name", "nesting"];

impl Absorber<'_> {
    /// Drops the failures on record that a run, now at its end, would have met.
    ///
    /// Where nothing failed and nothing was left alone, all that there is has
    /// been met: what succeeded was dropped by that. What is still on record is
    /// of something that is no more.
    pub(super) fn settle(&self) -> Result<(), StoreError> {
        if !self.has_failures {
            return Ok(());
        }
        let everything_met = self.met_everything()?;
        let mut batch = Batch::of(self.run);
        for failure in self.store.failures()?.into_iter().filter(|failure| failure.registry == self.registry) {
            if WARNINGS_NOW.contains(&failure.kind.as_str()) || (everything_met && self.is_over(&failure)?) {
                batch.recovered.push(failure.subject);
            }
        }
        if batch.is_empty() { Ok(()) } else { self.store.apply(batch) }
    }

    /// Whether of each repository that was walked nothing was left out.
    fn met_everything(&self) -> Result<bool, StoreError> {
        let Self { counts, selection, .. } = self;
        let all = counts.failures.is_empty() && counts.delayed == 0 && counts.parked == 0 && counts.tags.capped == 0;
        // An earlier process may have left something alone.
        if !all
            || self.resumed
            || selection.narrows_tags()
            || selection.newest().is_some()
            || selection.narrows_platforms()
        {
            return Ok(false);
        }
        // Attestations are met by those only that want them.
        let registry = Some(&self.stored_as);
        let wants = |identity: &str| identity.contains(r#""provenance":true"#);
        let other = |identity: &str| registry_of(identity).as_ref() == registry && wants(identity);
        Ok(selection.wants_provenance() || !self.store.runs()?.iter().any(|run| other(&run.selection)))
    }

    /// Whether a failure is of a repository that was walked, or that a whole
    /// catalog does not list.
    fn is_over(&self, failure: &Failure) -> Result<bool, StoreError> {
        let Some(repository) = repository_of(&failure.subject) else { return Ok(false) };
        let catalog = self.selection.origin() == Origin::Catalog && !self.selection.narrows_repositories();
        Ok(failure.run != self.run && (catalog || self.store.was_walked(self.run, &repository)?))
    }
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
