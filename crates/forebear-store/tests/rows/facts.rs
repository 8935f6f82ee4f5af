//! Facts of every kind, a cache they are put into, and the index that both make.

use std::path::Path;
use std::sync::Arc;

use forebear_facts::derive::{self, DeriveError};
use forebear_facts::rows::{
    ConfigRow, FactSource, Key, ManifestRow, MemorySource, ObservationRow, SourceError, TextRow,
};
use forebear_facts::{RepositoryFacts, TagObservation};
use forebear_image::{ConfigDigest, ConfigFacts, Digest, ManifestDigest, ManifestFacts, RepositoryName, Timestamp};
use forebear_image::{config, manifest};

use forebear_store::disk::{Disk, RealDisk};
use forebear_store::rows::RowCache;
use forebear_store::{Fingerprint, LogPoint};

/// What the log may say.
#[derive(Clone, Debug)]
pub(super) enum Fact {
    Config(ConfigDigest, Box<ConfigFacts>),
    Manifest(ManifestDigest, ManifestFacts),
    /// A tag led to it.
    Observed(Digest),
}

/// The documents that rows are frozen with, and generated ones: texts in
/// common, white space at their ends, one longer than a block, digests that are
/// not SHA-256, one manifest of which more becomes known.
pub(super) fn pool() -> Vec<Fact> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../forebear-facts/tests/frozen");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let documents: Vec<Vec<u8>> = files.iter().map(|path| std::fs::read(path).unwrap()).collect();
    let kept = |digest: &Digest| -> Result<_, DeriveError> {
        Ok(documents.iter().find(|document| Digest::sha256(document) == *digest).cloned())
    };
    let mut pool = Vec::new();
    for (path, document) in files.iter().zip(&documents) {
        let name = path.file_name().unwrap().to_string_lossy();
        if name.starts_with("config") {
            pool.push(Fact::Config(ConfigDigest::of(document), derive::config(document).unwrap().into()));
        } else if name.starts_with("manifest") {
            let digest = ManifestDigest::of(document);
            // As it was before its statement was fetched.
            pool.push(Fact::Manifest(digest, manifest::parse(document, None).unwrap()));
            pool.push(Fact::Manifest(digest, derive::manifest(document, kept).unwrap()));
        }
    }
    for number in 0..24 {
        pool.extend(image(number));
    }
    pool.push(Fact::Observed(format!("sha512:{}", "ab".repeat(64)).parse().unwrap()));
    pool.push(Fact::Observed(Digest::sha256(b"seen, and never read")));
    pool
}

/// A config and a manifest that leads to it.
fn image(number: usize) -> [Fact; 2] {
    let long = if number == 7 { "x".repeat(200_000) } else { String::new() };
    let document = format!(
        r#"{{"os":"linux","architecture":"{}","config":{{"Cmd":["{number}"]}},
        "rootfs":{{"type":"layers","diff_ids":["{}","{}"]}},
        "history":[{{"created":"2024-01-01T00:00:00Z","created_by":"ADD {} in / "}},
            {{"created_by":"{}RUN make {number}{long}","comment":" {} "}}]}}"#,
        ["amd64", "arm64", "riscv64"][number % 3],
        Digest::sha256(&[number as u8 % 4]),
        Digest::sha256(&[number as u8]),
        number % 4,
        " ".repeat(number % 2),
        number % 5,
    );
    let parsed = config::parse(document.as_bytes()).unwrap();
    let digest = match number % 6 {
        5 => format!("sha512:{number:0128x}").parse().unwrap(),
        _ => Digest::sha256(document.as_bytes()),
    };
    let led = format!(
        r#"{{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
        "config":{{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{digest}","size":2}},
        "layers":[{{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","size":{number},"digest":"{}"}}],
        "annotations":{{"org.opencontainers.image.base.name":"docker.io/library/base:{}"}}}}"#,
        Digest::sha256(&[number as u8, 1]),
        number % 3,
    );
    let facts = manifest::parse(led.as_bytes(), None).unwrap();
    [Fact::Config(ConfigDigest(digest), parsed.into()), Fact::Manifest(ManifestDigest::of(led.as_bytes()), facts)]
}

pub(super) fn open(folder: &Path, spill_at: usize) -> RowCache {
    open_on(Arc::new(RealDisk), folder, spill_at)
}

pub(super) fn open_on(disk: Arc<dyn Disk>, folder: &Path, spill_at: usize) -> RowCache {
    RowCache::open(disk, folder, spill_at).unwrap()
}

/// A record of a log: always the same one.
pub(super) fn at(sequence: u64) -> LogPoint {
    LogPoint { sequence, fingerprint: Fingerprint(sequence.wrapping_mul(0x9e37_79b9_7f4a_7c15)) }
}

pub(super) fn add(cache: &RowCache, fact: &Fact) {
    match fact {
        Fact::Config(digest, facts) => cache.config(&digest.0, facts).unwrap(),
        Fact::Manifest(digest, facts) => cache.manifest(&digest.0, facts).unwrap(),
        Fact::Observed(digest) => cache.other_digest(digest),
    }
}

/// What the same facts are in memory.
pub(super) fn memory<'a>(facts: impl IntoIterator<Item = &'a Fact>) -> MemorySource {
    let mut memory = MemorySource::default();
    for fact in facts {
        match fact.clone() {
            Fact::Config(digest, facts) => memory.configs.push((digest, *facts)),
            Fact::Manifest(digest, facts) => memory.manifests.push((digest, facts)),
            Fact::Observed(digest) => memory.observations.push(observation(digest)),
        }
    }
    // One of each digest, as a store keeps one of each tag and time.
    memory.observations.sort();
    memory.observations.dedup();
    memory
}

fn observation(digest: Digest) -> TagObservation {
    let seen = Timestamp { seconds: 1, nanos: 0 };
    TagObservation {
        repository: RepositoryName::new(&"docker.io".parse().unwrap(), "library/x").unwrap(),
        tag: digest.hex().chars().take(8).collect(),
        first_seen: seen,
        last_seen: seen,
        digest: ManifestDigest(digest),
        ended: false,
    }
}

/// The index of a cache, with the observations of `memory`.
pub(super) fn index(cache: &RowCache, memory: &MemorySource) -> Vec<u8> {
    forebear_index::build::build(&Both { cache, memory }).unwrap()
}

/// That the cache gives the index that these facts make.
#[track_caller]
pub(super) fn assert_holds<'a>(cache: &RowCache, facts: impl IntoIterator<Item = &'a Fact>) {
    let memory = memory(facts);
    let expected = forebear_index::build::build(&memory).unwrap();
    assert!(index(cache, &memory) == expected, "another index than of the same facts in memory");
}

struct Both<'a> {
    cache: &'a RowCache,
    memory: &'a MemorySource,
}

impl FactSource for Both<'_> {
    fn lost_records(&self) -> u64 {
        0
    }

    fn texts(&self, each: &mut dyn FnMut(TextRow<'_>)) -> Result<(), SourceError> {
        Ok(self.cache.texts(each)?)
    }

    fn other_digests(&self, each: &mut dyn FnMut((&Key, &str))) -> Result<(), SourceError> {
        Ok(self.cache.other_digests(each)?)
    }

    fn configs(&self, each: &mut dyn FnMut((&Key, ConfigRow<'_>))) -> Result<(), SourceError> {
        Ok(self.cache.configs(each)?)
    }

    fn manifests(&self, each: &mut dyn FnMut((&Key, ManifestRow<'_>))) -> Result<(), SourceError> {
        Ok(self.cache.manifests(each)?)
    }

    fn observations(&self, each: &mut dyn FnMut(ObservationRow<'_>)) -> Result<(), SourceError> {
        self.memory.observations(each)
    }

    fn repositories(&self, each: &mut dyn FnMut(RepositoryFacts)) -> Result<(), SourceError> {
        self.memory.repositories(each)
    }
}
