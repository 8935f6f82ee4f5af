//! What is put into stores here.

use forebear_facts::TagObservation;
use forebear_image::{ConfigDigest, ManifestDigest, RepositoryName, Timestamp, config, manifest};
use forebear_store::{Batch, Claim, NewConfig, NewManifest, Run, Stage, Store, Task, WorkerId};

use crate::image::ImageBuilder;
use crate::sure::Sure as _;

/// The clock's time in these tests.
pub(super) const NOW: Timestamp = at(1_000_000);
/// One worker, and another.
pub(super) const ANN: WorkerId = WorkerId(1);
pub(super) const BEN: WorkerId = WorkerId(2);

pub(super) const fn at(seconds: i64) -> Timestamp {
    Timestamp { seconds, nanos: 0 }
}

pub(super) fn repository(name: &str) -> RepositoryName {
    let (registry, path) = name.split_once('/').unwrap_or(("docker.io", name));
    RepositoryName::new(&registry.parse().sure("naming a registry"), path).sure("naming a repository")
}

pub(super) fn tag(name: &str, tag: &str) -> Task {
    Task::Tag { repository: repository(name), tag: tag.to_owned() }
}

pub(super) fn tags(count: usize) -> Vec<Task> {
    (0..count).map(|number| tag("docker.io/library/alpine", &format!("1.{number}"))).collect()
}

pub(super) fn begin(store: &dyn Store, first: Vec<Task>) -> Run {
    store.begin("{}".to_owned(), at(1_000), first).sure("beginning a run")
}

/// A wish for tags, with a lease of a minute.
pub(super) fn wish(run: &Run, worker: WorkerId, now: Timestamp, limit: usize) -> Claim {
    Claim { run: run.id, stage: Stage::Tag, worker, now, until: at(now.seconds + 60), limit }
}

pub(super) fn claim(store: &dyn Store, run: &Run, worker: WorkerId, now: Timestamp, limit: usize) -> Vec<Task> {
    store.claim(&wish(run, worker, now, limit)).sure("claiming")
}

pub(super) fn sorted(mut tasks: Vec<Task>) -> Vec<Task> {
    tasks.sort();
    tasks
}

/// An image's manifest and config as they are fetched.
pub(super) fn image(text: &str) -> (NewManifest, NewConfig) {
    let image = ImageBuilder::scratch("linux/amd64").run(text).build();
    let manifest = NewManifest {
        digest: ManifestDigest::of(&image.manifest),
        facts: manifest::parse(&image.manifest, None).sure("reading a manifest"),
        document: image.manifest.to_vec(),
    };
    let config = NewConfig {
        digest: ConfigDigest::of(&image.config),
        facts: config::parse(&image.config).sure("reading a config"),
        document: image.config.to_vec(),
    };
    (manifest, config)
}

pub(super) fn observed(name: &str, tag: &str, times: (i64, i64), leads_to: &str) -> TagObservation {
    TagObservation {
        repository: repository(name),
        tag: tag.to_owned(),
        first_seen: at(times.0),
        last_seen: at(times.1),
        digest: ManifestDigest::of(leads_to.as_bytes()),
        ended: false,
    }
}

pub(super) fn commit(store: &dyn Store, batch: Batch) {
    store.commit(batch).sure("committing");
}
