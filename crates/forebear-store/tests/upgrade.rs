//! Stores of other versions: what they kept is copied, or derived again, and
//! nothing of it is lost.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use forebear_facts::rows::FactSource;
use forebear_image::{ConfigDigest, Digest, ManifestDigest, ManifestFacts, RepositoryName, config, manifest};
use forebear_store::{
    Batch, FactStore, FrontierStore, LocalStore, NewConfig, NewManifest, RunStore, Stage, Task, Walked,
};

const CONFIG: &str = r#"{"os":"linux","architecture":"amd64","config":{"Cmd":["a"]},
    "rootfs":{"type":"layers","diff_ids":["sha256:1111111111111111111111111111111111111111111111111111111111111111"]},
    "history":[{"created":"2024-01-01T00:00:00Z","created_by":"ADD x in / "}]}"#;

fn image() -> (String, String) {
    let config = Digest::sha256(CONFIG.as_bytes());
    let manifest = format!(
        r#"{{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
        "config":{{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{config}","size":{}}},
        "layers":[{{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","size":7,
          "digest":"sha256:2222222222222222222222222222222222222222222222222222222222222222"}}]}}"#,
        CONFIG.len()
    );
    (manifest, CONFIG.to_owned())
}

fn fill(store: &LocalStore) {
    let (manifest, config) = image();
    let mut batch = Batch::of(1);
    batch.manifests.push(NewManifest {
        digest: ManifestDigest::of(manifest.as_bytes()),
        document: manifest.as_bytes().to_vec(),
        facts: manifest::parse(manifest.as_bytes(), None).unwrap(),
    });
    batch.configs.push(NewConfig {
        digest: ConfigDigest::of(config.as_bytes()),
        document: config.as_bytes().to_vec(),
        facts: config::parse(config.as_bytes()).unwrap(),
    });
    store.commit(batch).unwrap();
    store.sync().unwrap();
}

/// Everything an index is built from, with texts in the place of numbers.
fn facts(store: &LocalStore) -> Vec<String> {
    let mut texts = std::collections::HashMap::new();
    let mut all = Vec::new();
    store.texts(&mut |row| _ = texts.insert(row.id, (row.text.to_owned(), row.trimmed))).unwrap();
    let text = |id: u32| texts.get(&id).map_or("-", |(text, _)| text.as_str());
    store
        .configs(&mut |(key, row)| {
            let steps: Vec<_> =
                row.steps.iter().map(|s| (text(s.text.get()), s.seconds.get(), s.nanos.get())).collect();
            all.push(format!("{key:02x?} {:02x?} {steps:?} {}", row.diff_ids, text(row.head.runtime.get())));
        })
        .unwrap();
    store
        .manifests(&mut |(key, row)| {
            let blobs: Vec<_> = row.blobs.iter().map(|b| (b.digest, b.size.get(), text(b.media_type.get()))).collect();
            all.push(format!("{key:02x?} {:02x?} {blobs:02x?} {}", row.head.config, text(row.head.media_type.get())));
        })
        .unwrap();
    all.extend(texts.values().map(|(own, trimmed)| format!("{own:?} trimmed {:?}", text(*trimmed))));
    all.sort();
    all
}

/// A folder of the first layout, in which sled had everything: as that version
/// wrote it, row by row.
fn first_layout(folder: &std::path::Path) {
    std::fs::create_dir_all(folder).unwrap();
    std::fs::write(folder.join("forebear-store"), "1\n").unwrap();
    let database = sled::open(folder.join("sled")).unwrap();
    let key = |kind: u8, digest: &Digest| [&[kind, 0], digest.as_bytes()].concat();
    let packed = |bytes: &[u8]| zstd::bulk::compress(bytes, 3).unwrap();
    let (manifest, config) = image();
    let unread = (Digest::sha256(b"no manifest"), "no manifest".to_owned());
    let (sbom, statement) = sbom();
    for (kind, document) in [(b'm', manifest), (b'c', config), (b'm', unread.1), (b'm', sbom)] {
        let digest = Digest::sha256(document.as_bytes());
        database.insert(key(b'b', &digest), packed(document.as_bytes())).unwrap();
        // Rows are made again, whatever they said.
        database.insert(key(kind, &digest), b"\x01 a row").unwrap();
    }
    database.insert(key(b'b', &Digest::sha256(statement)), packed(statement)).unwrap();
    let row = |row: Vec<u8>| [vec![1], row].concat();
    let place = |parts: &[&[u8]]| parts.concat();
    let name = b"docker.io/library/x";
    let target = ManifestDigest::of(image().0.as_bytes());
    let seen = |tag: &str, from: i64, to: i64, ended: bool| {
        row(postcard::to_allocvec(&("docker.io", "library/x", tag, (from, 0_u32), (to, 0_u32), &target, ended))
            .unwrap())
    };
    let at = |seconds: i64| [&((seconds as u64) ^ (1 << 63)).to_be_bytes()[..], &[0; 4]].concat();
    let tag = |tag: &[u8], from: i64| place(&[b"o", name, b"\0", tag, b"\0", &at(from)]);
    database.insert(tag(b"1", 100), seen("1", 100, 200, true)).unwrap();
    database.insert(tag(b"1", 300), seen("1", 300, 400, false)).unwrap();
    let complete = row(postcard::to_allocvec(&("docker.io", "library/x", Some((400_i64, 0_u32)))).unwrap());
    database.insert(place(&[b"r", name]), complete).unwrap();
    let failure = ("docker.io/library/x:2", "docker.io", "timeout", "m", (400_i64, 0_u32), 3_u32);
    database.insert(b"fdocker.io/library/x:2", row(postcard::to_allocvec(&failure).unwrap())).unwrap();
    for (id, finished) in [(1_u64, true), (2, false)] {
        let run = row(postcard::to_allocvec(&(id, "{}", (100_i64, 0_u32), finished)).unwrap());
        database.insert(place(&[b"u", &id.to_be_bytes()]), run).unwrap();
    }
    let task = Task::Tag { repository: repository(), tag: "2".to_owned() };
    let stage = [Stage::Tag as u8];
    let pending = place(&[b"t", &2_u64.to_be_bytes(), &stage, task.identity().as_bytes()]);
    database.insert(pending, row(postcard::to_allocvec(&task).unwrap())).unwrap();
    database.insert(place(&[b"w", &2_u64.to_be_bytes(), name]), row(vec![7])).unwrap();
    database.flush().unwrap();
}

fn repository() -> RepositoryName {
    RepositoryName::new(&"docker.io".parse().unwrap(), "library/x").unwrap()
}

/// The manifest of an attestation of something else than provenance, and that.
fn sbom() -> (String, &'static [u8]) {
    let statement = b"an SBOM";
    let document = format!(
        r#"{{"schemaVersion":2,"config":{{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{0}"}},
            "layers":[{{"mediaType":"application/vnd.in-toto+json","digest":"{0}"}}]}}"#,
        Digest::sha256(statement)
    );
    (document, statement)
}

/// What a store of today holds of that.
fn check_copied(store: &LocalStore) {
    let fresh = tempfile::tempdir().unwrap();
    let own = LocalStore::open(&fresh.path().join("store"), 1 << 20).unwrap();
    fill(&own);
    let (mine, all) = (facts(&own), facts(store));
    assert!(mine.iter().all(|fact| all.contains(fact)), "{mine:#?} {all:#?}");
    let (manifest, _) = image();
    let known = store.manifest(&ManifestDigest::of(manifest.as_bytes())).unwrap();
    assert!(matches!(known, Some(ManifestFacts::Image(_))), "{known:?}");
    let odd = Digest::sha256(b"no manifest");
    // It counts as never fetched, so the next crawl asks for it and reports it.
    assert!(store.manifest(&ManifestDigest(odd)).unwrap().is_none());
    assert_eq!(store.document(&odd).unwrap().as_deref(), Some(&b"no manifest"[..]), "its bytes are kept");
    let mut seen = Vec::new();
    store.observations(&mut |row| seen.push((row.first_seen.seconds, row.last_seen.seconds, row.ended))).unwrap();
    assert_eq!(seen, [(100, 200, true), (300, 400, false)]);
    assert_eq!(store.repository(&repository()).unwrap().and_then(|r| r.complete_at).map(|t| t.seconds), Some(400));
    let failures = store.failures().unwrap();
    assert_eq!(failures.iter().map(|failure| failure.tries).collect::<Vec<_>>(), [3]);
    let runs: Vec<(u64, bool)> = store.runs().unwrap().iter().map(|run| (run.id, run.finished)).collect();
    assert_eq!(runs, [(1, true), (2, false)]);
    assert_eq!(store.pending_count(2).unwrap(), 1);
    assert!(store.has_first_tasks(2).unwrap(), "its frontier is there");
    assert_eq!(store.walked(2, &repository()).unwrap(), Some(Walked { tags: Some(7) }));
}

#[test]
fn p479_the_first_layout_is_copied() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("store");
    first_layout(&folder);
    check_copied(&LocalStore::open(&folder, 1 << 20).unwrap());
    assert_eq!(std::fs::read_to_string(folder.join("forebear-store")).unwrap(), "2\n");
    assert!(!folder.join("sled.format-1").exists());
    // Opening again changes nothing, and the log has it all.
    check_copied(&LocalStore::open(&folder, 1 << 20).unwrap());
    std::fs::remove_dir_all(folder.join("sled")).unwrap();
    std::fs::remove_dir_all(folder.join("rows")).unwrap();
    let store = LocalStore::open(&folder, 1 << 20).unwrap();
    assert_eq!(store.runs().unwrap().len(), 2);
    assert!(!store.has_first_tasks(2).unwrap(), "a frontier is lost with the index");
}

/// A process of that version does not know today's lock, and has sled's.
#[test]
fn a_process_of_an_earlier_version_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("store");
    first_layout(&folder);
    let busy = sled::open(folder.join("sled")).unwrap();
    let refused = LocalStore::open(&folder, 1 << 20).unwrap_err();
    assert!(matches!(refused, forebear_store::StoreError::Busy { .. }), "{refused:?}");
    assert!(busy.get(b"fdocker.io/library/x:2").unwrap().is_some(), "as it was");
    drop(busy);
    check_copied(&LocalStore::open(&folder, 1 << 20).unwrap());
}

#[test]
fn an_upgrade_that_was_interrupted_begins_again() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("store");
    first_layout(&folder);
    // As after a crash in the middle of copying.
    std::fs::rename(folder.join("sled"), folder.join("sled.format-1")).unwrap();
    std::fs::create_dir(folder.join("facts")).unwrap();
    std::fs::write(folder.join("facts/00000001.facts"), b"a part").unwrap();
    std::fs::write(folder.join("mark"), b"a part").unwrap();
    check_copied(&LocalStore::open(&folder, 1 << 20).unwrap());
}

/// What only the kind of a document says survives: that a manifest is an
/// attestation of something else than provenance.
#[test]
fn an_attestation_stays_one() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("store");
    let (document, _) = sbom();
    let digest = ManifestDigest::of(document.as_bytes());
    let store = LocalStore::open(&folder, 1 << 20).unwrap();
    let mut batch = Batch::of(1);
    batch.manifests.push(NewManifest {
        digest,
        document: document.into_bytes(),
        facts: ManifestFacts::Attestation { subjects: Vec::new(), materials: Vec::new() },
    });
    store.commit(batch).unwrap();
    store.checkpoint().unwrap();
    let before = facts(&store);
    drop(store);
    for part in ["rows", "sled"] {
        std::fs::remove_dir_all(folder.join(part)).unwrap();
        let store = LocalStore::open(&folder, 1 << 20).unwrap();
        assert!(matches!(store.manifest(&digest).unwrap(), Some(ManifestFacts::Attestation { .. })));
        assert_eq!(facts(&store), before);
    }
}

#[test]
fn numbers_of_texts_go_on_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("store");
    fill(&LocalStore::open(&folder, 1 << 20).unwrap());
    let store = LocalStore::open(&folder, 1 << 20).unwrap();
    // The same again, and another config with a text of its own.
    fill(&store);
    let other = CONFIG.replace("ADD x in /", "ADD y in /");
    let mut batch = Batch::of(2);
    batch.configs.push(NewConfig {
        digest: ConfigDigest::of(other.as_bytes()),
        document: other.as_bytes().to_vec(),
        facts: config::parse(other.as_bytes()).unwrap(),
    });
    store.commit(batch).unwrap();
    let mut ids = Vec::new();
    store.texts(&mut |row| ids.push(row.id)).unwrap();
    ids.sort_unstable();
    assert_eq!(ids, (0..8).collect::<Vec<u32>>(), "six texts, and two more");
}

/// A tag may be seen leading to a manifest that is never read.
#[test]
fn a_digest_that_was_only_observed_keeps_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let store = LocalStore::open(&folder.path().join("store"), 1 << 20).unwrap();
    let text = format!("sha512:{}", "ab".repeat(64));
    let seen = forebear_image::Timestamp { seconds: 1, nanos: 0 };
    let mut batch = Batch::of(1);
    batch.observations.push(forebear_facts::TagObservation {
        repository: forebear_image::RepositoryName::new(&"docker.io".parse().unwrap(), "library/x").unwrap(),
        tag: "1".to_owned(),
        first_seen: seen,
        last_seen: seen,
        digest: text.parse().unwrap(),
        ended: false,
    });
    store.commit(batch).unwrap();
    let mut others = Vec::new();
    store.other_digests(&mut |(key, text)| others.push((*key, text.to_owned()))).unwrap();
    assert_eq!(others, [(text.parse::<Digest>().unwrap().key(), text)]);
}
