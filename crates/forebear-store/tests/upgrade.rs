//! A store whose rows were made by other rules: they are made again from the
//! documents it kept, and nothing of it is lost.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use forebear_facts::rows::FactSource;
use forebear_image::{ConfigDigest, Digest, ManifestDigest, ManifestFacts, config, manifest};
use forebear_store::sled::SledStore;
use forebear_store::{Batch, NewConfig, NewManifest, Store, compress};

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

fn fill(store: &SledStore) {
    let (manifest, config) = image();
    let mut batch = Batch::of(1);
    batch.manifests.push(NewManifest {
        digest: ManifestDigest::of(manifest.as_bytes()),
        document: compress(manifest.as_bytes()).unwrap(),
        facts: manifest::parse(manifest.as_bytes(), None).unwrap(),
    });
    batch.configs.push(NewConfig {
        digest: ConfigDigest::of(config.as_bytes()),
        document: compress(config.as_bytes()).unwrap(),
        facts: config::parse(config.as_bytes()).unwrap(),
    });
    store.apply(batch).unwrap();
    store.flush().unwrap();
}

/// Everything an index is built from, with texts in the place of numbers.
fn facts(store: &SledStore) -> Vec<String> {
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

#[test]
fn rows_of_other_rules_are_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("store");
    let store = SledStore::open(&folder, 1 << 20).unwrap();
    fill(&store);
    let before = facts(&store);
    // Two rows; the platform, the settings, the step with and without its last
    // space, the types of manifest and layer.
    assert_eq!(before.len(), 2 + 6, "{before:#?}");
    drop(store);

    // As the first version left it: rows in another encoding, no texts, no
    // word of a version. And a document that is not understood any more.
    let database = sled::open(folder.join("sled")).unwrap();
    for entry in database.iter() {
        let (key, _) = entry.unwrap();
        match key.first() {
            Some(b'c' | b'm') => _ = database.insert(key, b"\x01 rows of the first version").unwrap(),
            Some(b'n' | b'x') => _ = database.remove(key).unwrap(),
            _ => {}
        }
    }
    let odd = Digest::sha256(b"no manifest");
    let key = |kind: u8| [&[kind, 0], odd.as_bytes()].concat();
    database.insert(key(b'm'), b"\x01 whatever").unwrap();
    database.insert(key(b'b'), compress(b"no manifest").unwrap()).unwrap();
    database.flush().unwrap();
    drop(database);

    let store = SledStore::open(&folder, 1 << 20).unwrap();
    assert_eq!(facts(&store), before);
    let (manifest, _) = image();
    let known = store.manifest(&ManifestDigest::of(manifest.as_bytes())).unwrap();
    assert!(matches!(known, Some(ManifestFacts::Image(_))), "{known:?}");
    // It counts as never fetched, so the next crawl asks for it and reports it.
    assert!(store.manifest(&ManifestDigest(odd)).unwrap().is_none());
    assert!(store.document(&odd).unwrap().is_some(), "its bytes are kept");
    drop(store);
    // Opening again changes nothing.
    assert_eq!(facts(&SledStore::open(&folder, 1 << 20).unwrap()), before);
}

#[test]
fn numbers_of_texts_go_on_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("store");
    fill(&SledStore::open(&folder, 1 << 20).unwrap());
    let store = SledStore::open(&folder, 1 << 20).unwrap();
    // The same again, and another config with a text of its own.
    fill(&store);
    let other = CONFIG.replace("ADD x in /", "ADD y in /");
    let mut batch = Batch::of(2);
    batch.configs.push(NewConfig {
        digest: ConfigDigest::of(other.as_bytes()),
        document: compress(other.as_bytes()).unwrap(),
        facts: config::parse(other.as_bytes()).unwrap(),
    });
    store.apply(batch).unwrap();
    let mut ids = Vec::new();
    store.texts(&mut |row| ids.push(row.id)).unwrap();
    ids.sort_unstable();
    assert_eq!(ids, (0..8).collect::<Vec<u32>>(), "six texts, and two more");
}

/// What only the row says survives: that a manifest is an attestation of
/// something else than provenance.
#[test]
fn an_attestation_stays_one() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("store");
    let document = format!(
        r#"{{"schemaVersion":2,"config":{{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{0}"}},
            "layers":[{{"mediaType":"application/vnd.in-toto+json","digest":"{0}"}}]}}"#,
        Digest::sha256(b"an SBOM")
    );
    let digest = ManifestDigest::of(document.as_bytes());
    let store = SledStore::open(&folder, 1 << 20).unwrap();
    let mut batch = Batch::of(1);
    batch.manifests.push(NewManifest {
        digest,
        document: compress(document.as_bytes()).unwrap(),
        facts: ManifestFacts::Attestation { subjects: Vec::new(), materials: Vec::new() },
    });
    store.apply(batch).unwrap();
    store.flush().unwrap();
    let before = facts(&store);
    drop(store);
    let database = sled::open(folder.join("sled")).unwrap();
    database.insert(b"nversion", &[0; 4]).unwrap();
    database.flush().unwrap();
    drop(database);
    let store = SledStore::open(&folder, 1 << 20).unwrap();
    assert!(matches!(store.manifest(&digest).unwrap(), Some(ManifestFacts::Attestation { .. })));
    assert_eq!(facts(&store), before);
}

/// A tag may be seen leading to a manifest that is never read.
#[test]
fn a_digest_that_was_only_observed_keeps_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let store = SledStore::open(&folder.path().join("store"), 1 << 20).unwrap();
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
    store.apply(batch).unwrap();
    let mut others = Vec::new();
    store.other_digests(&mut |(key, text)| others.push((*key, text.to_owned()))).unwrap();
    assert_eq!(others, [(text.parse::<Digest>().unwrap().key(), text)]);
}
