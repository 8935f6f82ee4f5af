//! However many outcomes are decided on at once, and in whatever order they
//! come: what is stored and counted in the end is the same.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use forebear_facts::rows::ObservationRow;
use forebear_image::provenance::Provenance;
use forebear_image::{
    ConfigDigest, Digest, ManifestDigest, ManifestFacts, RepositoryName, Timestamp, config, manifest,
};
use forebear_store::LocalStore;
use forebear_store::{NewConfig, NewDocument, NewManifest, Store, Task};
use tempfile::TempDir;

use crate::progress::{NoProgress, Snapshot};
use crate::selection::{Selection, SelectionSpec, TagList};

use super::absences;
use super::context::Context;
use super::effects::Counts;
use super::frontier::Frontier;
use super::outcome::{AT_ONCE, Listed, Next, Outcome, Rejected};
use super::part::Part;
use super::tally::Tally;
use super::write_batcher::WriteBatcher;

/// Numbers that are the same in every run of the tests.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides as u64) as usize
    }

    fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.roll(of.len())].clone()
    }
}

/// A registry as it answers, without sockets.
#[derive(Clone, Default)]
struct World {
    documents: BTreeMap<Digest, Vec<u8>>,
    /// Attestations: their statements, and what these are about.
    statements: BTreeMap<ManifestDigest, (Digest, ManifestDigest)>,
    /// What tags lead to, in each repository.
    tags: BTreeMap<RepositoryName, BTreeMap<String, ManifestDigest>>,
    /// Tags that are listed and not there.
    gone: BTreeSet<(RepositoryName, String)>,
}

const OCI: &str = "application/vnd.oci.image";

impl World {
    fn put(&mut self, text: &str) -> Digest {
        let digest = Digest::sha256(text.as_bytes());
        self.documents.insert(digest, text.as_bytes().to_vec());
        digest
    }

    fn image(&mut self, name: usize, architecture: &str) -> ManifestDigest {
        let config = self.put(&format!(r#"{{"os":"linux","architecture":"{architecture}","author":"{name}"}}"#));
        ManifestDigest(self.put(&format!(
            r#"{{"schemaVersion":2,"mediaType":"{OCI}.manifest.v1+json","config":{{"mediaType":"{OCI}.config.v1+json","digest":"{config}","size":1}},"layers":[]}}"#
        )))
    }

    fn index(&mut self, entries: &[(ManifestDigest, String)]) -> ManifestDigest {
        let entry = |(digest, more): &(ManifestDigest, String)| {
            format!(r#"{{"mediaType":"{OCI}.manifest.v1+json","digest":"{digest}","size":1{more}}}"#)
        };
        let entries: Vec<String> = entries.iter().map(entry).collect();
        ManifestDigest(self.put(&format!(
            r#"{{"schemaVersion":2,"mediaType":"{OCI}.index.v1+json","manifests":[{}]}}"#,
            entries.join(",")
        )))
    }

    fn attestation(&mut self, listed_for: ManifestDigest, about: ManifestDigest) -> ManifestDigest {
        let statement = self.put(&format!(
            r#"{{"_type":"https://in-toto.io/Statement/v1","predicateType":"https://slsa.dev/provenance/v1","subject":[{{"digest":{{"sha256":"{}"}}}}],"predicate":{{"buildDefinition":{{"resolvedDependencies":[{{"uri":"pkg:docker/alpine@3.19"}}]}},"for":"{listed_for}"}}}}"#,
            about.0.hex()
        ));
        let digest = ManifestDigest(self.put(&format!(
            r#"{{"schemaVersion":2,"mediaType":"{OCI}.manifest.v1+json","config":{{"mediaType":"{OCI}.config.v1+json","digest":"{statement}","size":1}},"layers":[{{"mediaType":"application/vnd.in-toto+json","digest":"{statement}","size":1}}]}}"#
        )));
        self.statements.insert(digest, (statement, about));
        digest
    }

    /// Images of two platforms, indexes of them with attestations, indexes
    /// inside indexes, charts, attestations under tags.
    fn random(dice: &mut Dice) -> Self {
        let mut world = Self::default();
        let mut roots: Vec<ManifestDigest> = Vec::new();
        let chart = format!(
            r#"{{"schemaVersion":2,"mediaType":"{OCI}.manifest.v1+json","config":{{"mediaType":"application/vnd.cncf.helm.config.v1+json","digest":"{}","size":2}},"layers":[]}}"#,
            Digest::sha256(b"{}")
        );
        roots.push(ManifestDigest(world.put(&chart)));
        for name in 0..6 {
            let architecture = dice.pick(&["amd64", "arm64"]);
            roots.push(world.image(name, architecture));
        }
        for _ in 0..6 {
            let mut entries = Vec::new();
            for _ in 0..=dice.roll(3) {
                let child = dice.pick(&roots);
                let architecture = dice.pick(&["amd64", "arm64"]);
                let platform = format!(r#","platform":{{"os":"linux","architecture":"{architecture}"}}"#);
                entries.push((child, dice.pick(&[String::new(), platform])));
                if dice.roll(2) == 0 {
                    let about = dice.pick(&[child, child, child, roots[0]]);
                    let attestation = world.attestation(child, about);
                    let annotations = format!(
                        r#","platform":{{"os":"unknown","architecture":"unknown"}},"annotations":{{"vnd.docker.reference.type":"attestation-manifest","vnd.docker.reference.digest":"{child}"}}"#
                    );
                    entries.push((attestation, annotations));
                    if dice.roll(4) == 0 {
                        roots.push(attestation);
                    }
                }
            }
            roots.push(world.index(&entries));
        }
        for repository in 0..4 {
            let name = RepositoryName::new(&"r.example".parse().unwrap(), &format!("acme/{repository}")).unwrap();
            let tags = (0..dice.roll(6)).map(|tag| (format!("t{tag}"), dice.pick(&roots)));
            let tags: BTreeMap<String, ManifestDigest> = tags.collect();
            world.tags.insert(name, tags);
        }
        world
    }

    /// The next day: tags moved, came, went; a repository may be gone.
    fn changed(&self, dice: &mut Dice) -> Self {
        let mut world = self.clone();
        let manifests: Vec<ManifestDigest> = self.tags.values().flat_map(BTreeMap::values).copied().collect();
        for (name, tags) in &mut world.tags {
            for number in 0..7 {
                let tag = format!("t{number}");
                match dice.roll(5) {
                    0 if !manifests.is_empty() => _ = tags.insert(tag, dice.pick(&manifests)),
                    1 => _ = tags.remove(&tag),
                    2 if tags.contains_key(&tag) => _ = world.gone.insert((name.clone(), tag)),
                    _ => {}
                }
            }
        }
        if dice.roll(2) == 0 {
            world.tags.pop_first();
        }
        world
    }

    fn manifest(&self, digest: ManifestDigest) -> NewManifest {
        let bytes = &self.documents[&digest.0];
        let facts = manifest::parse(bytes, None).unwrap();
        NewManifest { digest, document: bytes.to_vec(), facts }
    }

    fn answer(&self, task: &Task, selection: &Selection) -> Outcome {
        match task {
            Task::Catalog { .. } => {
                let names: Vec<RepositoryName> = self.tags.keys().cloned().collect();
                Outcome::Repositories {
                    names: names.into_iter(),
                    told: Vec::new(),
                    rejected: Rejected::default(),
                    next: Next::End,
                }
            }
            Task::Namespace { .. } => unreachable!("nobody asks for one"),
            Task::Again { .. } => Outcome::Again,
            Task::Tags { repository } => {
                let mut tags = TagList::default();
                let listed = self.tags.get(repository);
                listed.into_iter().flat_map(BTreeMap::keys).for_each(|tag| tags.push(tag));
                tags.sort();
                let choice = selection.choose(&tags);
                let listed = Box::new(Listed { tags, choice });
                Outcome::Tags { listed, rejected: Rejected::default(), known: self.tags.contains_key(repository) }
            }
            Task::Tag { repository, tag } => {
                if self.gone.contains(&(repository.clone(), tag.clone())) {
                    return Outcome::Absent;
                }
                let digest = self.tags[repository][tag];
                // Some registries do not say on HEAD where a tag leads.
                let manifest = tag.ends_with('3').then(|| Box::new(self.manifest(digest)));
                Outcome::Tag { digest, manifest, by_tag_only: false }
            }
            Task::Manifest { digest, .. } => Outcome::Manifest(Box::new(self.manifest(*digest))),
            Task::Config { digest, .. } => {
                let bytes = &self.documents[&digest.0];
                let facts = config::parse(bytes).unwrap();
                let (digest, document) = (ConfigDigest(digest.0), bytes.to_vec());
                Outcome::Config(Box::new(NewConfig { digest, document, facts }))
            }
            Task::Attestation { digest, .. } => {
                let (statement, _) = self.statements[digest];
                let bytes = &self.documents[&statement];
                let Provenance { subjects, materials } = forebear_image::provenance::parse(bytes).unwrap().unwrap();
                let facts = ManifestFacts::Attestation { subjects, materials };
                let new = NewManifest { facts, ..self.manifest(*digest) };
                let document = NewDocument { digest: statement, document: bytes.to_vec() };
                Outcome::Attestation(Box::new(new), Some(document))
            }
        }
    }
}

fn selections() -> Vec<SelectionSpec> {
    let platforms = vec!["linux/amd64".parse().unwrap()];
    vec![
        SelectionSpec::default(),
        SelectionSpec { provenance: true, ..SelectionSpec::default() },
        SelectionSpec { platforms, provenance: true, ..SelectionSpec::default() },
    ]
}

/// One night's run, this many outcomes at once. What was counted.
async fn night(store: &Arc<dyn Store>, world: &World, number: u64, spec: SelectionSpec, at_once: usize) -> String {
    let now = Timestamp { seconds: 1_000 * number as i64, nanos: 0 };
    let selection = Selection::of(&"r.example".parse().unwrap(), spec).unwrap();
    let context = Context {
        selection,
        registry: "http://r.example/".to_owned(),
        stored_as: "r.example".parse().unwrap(),
        run: number,
        now,
        begun: now,
        retry_failed: false,
        resumed: false,
    };
    let run = store.begin(String::new(), now, vec![Task::Catalog { cursor: None }]).unwrap();
    assert_eq!(run.id, number);
    let context = Arc::new(context);
    let mut batcher =
        WriteBatcher::new(Arc::clone(store), Arc::clone(&context), store.has_failures().unwrap()).unwrap();
    let part = Part::new(Arc::clone(store), number);
    let (mut frontier, mut tally) = (Frontier::new(), Tally::new(&NoProgress, 1, Snapshot::default()));
    let mut asked = BTreeSet::new();
    loop {
        for _ in 0..at_once {
            let Some(task) = frontier.next(&part, true).await.unwrap() else { break };
            let is_first = asked.insert((task.stage(), task.identity()));
            assert!(is_first || matches!(task, Task::Again { .. }), "{task:?} is asked for twice");
            batcher.gather(task.clone(), world.answer(&task, &context.selection));
        }
        if batcher.is_empty() {
            break;
        }
        batcher.commit(&mut frontier, &part, &mut tally).await.unwrap();
    }
    assert_eq!((store.pending_count(number).unwrap(), tally.snapshot.open), (0, 0));
    absences::settle(&**store, &context, &mut tally).unwrap();
    store.end(&run).unwrap();
    batcher.finish().await.unwrap();
    assert!(tally.failures.is_empty(), "{:?}", tally.failures);
    // A manifest that a tag brings along counts as often as it is brought, and
    // an attestation under a tag as what it is first met as.
    let counts = Counts { manifests_new: 0, ..tally.counts };
    format!("{counts:?} {:?} {}", tally.snapshot, tally.other_platform)
}

/// Everything that an index is built from.
fn rows(store: &dyn Store) -> Vec<String> {
    let mut rows = Vec::new();
    let mut observations = |row: ObservationRow<'_>| {
        let (first, last) = (row.first_seen.seconds, row.last_seen.seconds);
        let digest = ManifestDigest(Digest::Sha256(*row.manifest));
        rows.push(format!("{}:{} {digest} {first}-{last} {}", row.repository, row.tag, row.ended));
    };
    store.observations(&mut observations).unwrap();
    let digest = |key: &[u8; 32]| Digest::Sha256(*key);
    store.manifests(&mut |(key, row)| rows.push(format!("{} {:?}", digest(key), row.head.kind))).unwrap();
    store.configs(&mut |(key, _)| rows.push(digest(key).to_string())).unwrap();
    store.repositories(&mut |facts| rows.push(format!("{facts:?}"))).unwrap();
    rows
}

#[tokio::test]
async fn the_size_of_chunks_changes_nothing() {
    for seed in 1..=12 {
        for spec in selections() {
            let mut expected = None;
            for at_once in [1, 2, 7, 256] {
                let mut dice = Dice(u64::wrapping_mul(seed, 0x9E37_79B9_7F4A_7C15));
                let folder = TempDir::new().unwrap();
                let store: Arc<dyn Store> = Arc::new(LocalStore::open(folder.path(), 1 << 20).unwrap());
                let mut world = World::random(&mut dice);
                let mut story = Vec::new();
                for number in 1..=3 {
                    story.push(night(&store, &world, number, spec.clone(), at_once).await);
                    story.extend(rows(&*store));
                    world = world.changed(&mut dice);
                }
                match &expected {
                    None => expected = Some(story),
                    Some(expected) => {
                        for (line, expected) in story.iter().zip(expected) {
                            assert_eq!(line, expected, "seed {seed}, {at_once} at once, {spec:?}");
                        }
                        assert_eq!(story.len(), expected.len());
                    }
                }
            }
        }
    }
}

/// An index with more entries than manifests are looked up at once: the rest is
/// decided on after them, and nothing is fetched twice.
#[tokio::test]
async fn more_lies_below_a_tag_than_is_looked_up_at_once() {
    let mut world = World::default();
    let count = AT_ONCE + 100;
    let images: Vec<_> = (0..count).map(|name| (world.image(name, "amd64"), String::new())).collect();
    let index = world.index(&images);
    let name = RepositoryName::new(&"r.example".parse().unwrap(), "acme/app").unwrap();
    world.tags.insert(name, [("1".to_owned(), index)].into());
    let folder = TempDir::new().unwrap();
    let store: Arc<dyn Store> = Arc::new(LocalStore::open(folder.path(), 16 << 20).unwrap());
    for (number, expected) in
        [(1, format!("images_new: {count}, images_known: 0")), (2, format!("images_new: 0, images_known: {count}"))]
    {
        let counted = night(&store, &world, number, SelectionSpec::default(), 256).await;
        assert!(counted.contains(&expected), "{counted}");
    }
}
