//! Facts.

use forebear_facts::{RepositoryFacts, TagObservation};
use forebear_image::{ConfigDigest, Digest, ManifestDigest};
use forebear_store::{Batch, Failure, FailureKind, Keys, NewDocument, Store, StoredConfig, Subject};

use super::made::{at, commit, image, observed, repository};
use super::place::Place;
use crate::sure::Sure as _;

pub(super) fn documents_come_back_as_they_were_fetched(store: &dyn Store) {
    let (manifest, config) = image("one");
    let statement = NewDocument { digest: Digest::sha256(b"{ }"), document: b"{ }".to_vec() };
    let kept = [
        (manifest.digest.0, manifest.document.clone()),
        (config.digest.0, config.document.clone()),
        (statement.digest, statement.document.clone()),
    ];
    let facts = manifest.facts.clone();
    let (manifest_digest, config_digest) = (manifest.digest, config.digest);
    let batch = || Batch {
        manifests: vec![manifest.clone()],
        configs: vec![config.clone()],
        documents: vec![statement.clone()],
        ..Batch::of(1)
    };
    commit(store, batch());
    // Fetched again it is the same.
    commit(store, batch());
    for (digest, document) in kept {
        assert_eq!(store.document(&digest).sure("reading"), Some(document));
    }
    assert_eq!(store.manifest(&manifest_digest).sure("reading"), Some(facts));
    assert!(store.has_config(&config_digest).sure("reading"));
    assert_eq!(store.document(&Digest::sha256(b"never stored")).sure("reading"), None);
    assert!(!store.has_config(&ConfigDigest::of(b"never stored")).sure("reading"));
}

pub(super) fn many_keys_are_answered_in_their_order(store: &dyn Store) {
    let (manifest, config) = image("one");
    let (alpine, busybox) = (repository("docker.io/library/alpine"), repository("docker.io/library/busybox"));
    let three = observed("docker.io/library/alpine", "3", (100, 200), "three");
    let (stored, unknown) = (manifest.digest, ManifestDigest::of(b"unknown"));
    let facts = manifest.facts.clone();
    let config_digest = config.digest;
    let whole = RepositoryFacts { name: alpine.clone(), complete_at: Some(at(200)) };
    let batch = Batch {
        manifests: vec![manifest],
        configs: vec![config],
        observations: vec![three.clone()],
        repositories: vec![whole.clone()],
        ..Batch::of(1)
    };
    commit(store, batch);
    let keys = Keys {
        manifests: vec![unknown, stored, stored],
        configs: vec![config_digest, ConfigDigest(unknown.0)],
        platforms: true,
        tags: vec![(&busybox, "3"), (&alpine, "3"), (&alpine, "4")],
        repositories: vec![&busybox, &alpine],
        populated: vec![&alpine, &busybox],
        ..Keys::default()
    };
    let found = store.look_up(&keys).sure("looking up");
    assert_eq!(found.manifests, [None, Some(facts.clone()), Some(facts)]);
    let platform = "linux/amd64".parse().ok();
    assert_eq!(found.configs, [Some(StoredConfig { platform }), None]);
    assert_eq!(found.tags, [None, Some(three), None]);
    assert_eq!(found.repositories, [None, Some(whole)]);
    assert_eq!(found.populated, [true, false]);
    let without = Keys { configs: vec![config_digest], ..Keys::default() };
    assert_eq!(store.look_up(&without).sure("looking up").configs, [Some(StoredConfig { platform: None })]);
}

pub(super) fn an_observation_replaces_the_one_of_its_first_time(store: &dyn Store) {
    let name = repository("docker.io/library/alpine");
    let observe = |observation: &TagObservation| {
        commit(store, Batch { observations: vec![observation.clone()], ..Batch::of(1) });
    };
    let last = || store.last_observation(&name, "3").sure("reading");
    let open = || store.open_observation(&name, "3").sure("reading");
    let first = observed("docker.io/library/alpine", "3", (100, 100), "three");
    observe(&first);
    let again = TagObservation { last_seen: at(200), ..first };
    observe(&again);
    assert_eq!((last(), open()), (Some(again.clone()), Some(again.clone())));
    observe(&TagObservation { ended: true, ..again.clone() });
    assert_eq!((last().map(|last| last.ended), open()), (Some(true), None));
    let next = observed("docker.io/library/alpine", "3", (300, 300), "another three");
    observe(&next);
    assert_eq!((last(), open()), (Some(next.clone()), Some(next.clone())));
    // Both of a batch count, in their order.
    let (ended, later) =
        (TagObservation { ended: true, ..next }, observed("docker.io/library/alpine", "3", (400, 400), "a third"));
    commit(store, Batch { observations: vec![ended, later.clone()], ..Batch::of(1) });
    assert_eq!(last(), Some(later));
    let mut times = Vec::new();
    store.observations(&mut |row| times.push((row.first_seen.seconds, row.ended))).sure("reading rows");
    assert_eq!(times, [(100, true), (300, true), (400, false)]);
}

pub(super) fn open_observations_come_in_pages(store: &dyn Store) {
    let (alpine, busybox) = (repository("docker.io/library/alpine"), repository("docker.io/library/busybox"));
    let of = |name: &str, tags: &[&str]| -> Vec<TagObservation> {
        tags.iter().map(|tag| observed(name, tag, (100, 100), tag)).collect()
    };
    let mut all = of("docker.io/library/alpine", &["a", "a.b", "b", "c"]);
    all.extend(of("docker.io/library/busybox", &["x", "y"]));
    all.extend(of("docker.io/library/alpine-too", &["d"]));
    all.iter_mut().filter(|one| one.tag == "b").for_each(|one| one.ended = true);
    commit(store, Batch { observations: all, ..Batch::of(1) });
    let page = |after, limit| -> Vec<String> {
        let page = store.open_observations(&alpine, after, limit).sure("reading");
        page.into_iter().map(|one| one.tag).collect()
    };
    assert_eq!(page(None, 9), ["a", "a.b", "c"]);
    assert_eq!(page(None, 2), ["a", "a.b"]);
    assert_eq!(page(Some("a"), 9), ["a.b", "c"]);
    assert_eq!(page(Some("c"), 9), [""; 0]);
    let keys = Keys { open: vec![(&alpine, None), (&busybox, None)], most_open: 4, ..Keys::default() };
    let sizes: Vec<usize> = store.look_up(&keys).sure("looking up").open.iter().map(Vec::len).collect();
    assert_eq!(sizes, [3, 1], "the limit is of all together");
}

pub(super) fn failures_are_counted_by_run_and_forgotten(store: &dyn Store) {
    let subject = |tag: &str| Subject::Tag { repository: repository("docker.io/library/alpine"), tag: tag.to_owned() };
    let fails = |tag: &str, run: u64| {
        let cause = (FailureKind::Config, "no connection");
        let failure = Failure::new(subject(tag), "docker.io", cause, (run, at(1_000)));
        commit(store, Batch { failures: vec![failure], ..Batch::of(run) });
    };
    let tries = |tag: &str| store.failure(&subject(tag)).sure("reading").map(|failure| failure.tries);
    assert!(!store.has_failures().sure("reading"));
    fails("a", 1);
    fails("a", 1);
    assert_eq!((tries("a"), tries("b")), (Some(1), None), "a run counts once");
    fails("a", 2);
    fails("b", 2);
    assert_eq!((tries("a"), tries("b")), (Some(2), Some(1)));
    assert_eq!(store.failures().sure("reading").len(), 2);
    assert_eq!(store.failures_up_to(1).sure("reading").len(), 1);
    commit(store, Batch { recovered: vec![subject("a"), subject("never failed")], ..Batch::of(2) });
    assert_eq!((tries("a"), tries("b")), (None, Some(1)));
    assert!(store.has_failures().sure("reading"));
}

pub(super) fn repositories_come_by_registry_in_pages(store: &dyn Store) {
    let names = ["ghcr.io/a/a", "docker.io/library/b", "docker.io/library/a", "docker.io/z/z", "docker.io:444/a/a"];
    let facts = names.iter().map(|name| RepositoryFacts { name: repository(name), complete_at: None }).collect();
    commit(store, Batch { repositories: facts, ..Batch::of(1) });
    let registry = "docker.io".parse().sure("naming a registry");
    let page = |after: Option<&str>, limit| -> Vec<String> {
        let after = after.map(repository);
        let page = store.repositories_of(&registry, after.as_ref(), limit).sure("reading");
        page.into_iter().map(|facts| facts.name.to_string()).collect()
    };
    assert_eq!(page(None, 9), ["docker.io/library/a", "docker.io/library/b", "docker.io/z/z"]);
    assert_eq!(page(None, 2), ["docker.io/library/a", "docker.io/library/b"]);
    assert_eq!(page(Some("docker.io/library/b"), 9), ["docker.io/z/z"]);
}

pub(super) fn an_index_is_built_from_what_was_committed(store: &dyn Store) {
    let (one, two) = (image("one"), image("two"));
    let observation = observed("docker.io/library/alpine", "3", (100, 200), "three");
    let mut expected = vec![one.0.digest.0.key(), two.0.digest.0.key()];
    expected.sort_unstable();
    let batch = Batch {
        manifests: vec![one.0, two.0],
        configs: vec![one.1, two.1],
        observations: vec![observation.clone()],
        repositories: vec![RepositoryFacts { name: observation.repository.clone(), complete_at: Some(at(200)) }],
        ..Batch::of(1)
    };
    commit(store, batch);
    let (mut manifests, mut configs, mut tags, mut names) = (Vec::new(), 0, Vec::new(), Vec::new());
    store.manifests(&mut |(key, _)| manifests.push(*key)).sure("reading rows");
    store.configs(&mut |_| configs += 1).sure("reading rows");
    store.observations(&mut |row| tags.push(row.tag.to_owned())).sure("reading rows");
    store.repositories(&mut |facts| names.push(facts.name)).sure("reading rows");
    assert_eq!(manifests, expected, "each once, in the order of their digests");
    assert_eq!((configs, tags, names), (2, vec!["3".to_owned()], vec![observation.repository]));
}

pub(super) fn what_was_synced_is_there_when_opened_again(place: &dyn Place) {
    let (manifest, config) = image("one");
    let (digest, document) = (manifest.digest.0, manifest.document.clone());
    let observation = observed("docker.io/library/alpine", "3", (100, 200), "three");
    {
        let store = place.open();
        let observations = vec![observation.clone()];
        let batch = Batch { manifests: vec![manifest], configs: vec![config], observations, ..Batch::of(1) };
        commit(&*store, batch);
        store.sync().sure("syncing");
    }
    let store = place.open();
    assert_eq!(store.document(&digest).sure("reading"), Some(document));
    let last = store.last_observation(&observation.repository, "3").sure("reading");
    assert_eq!(last, Some(observation));
}
