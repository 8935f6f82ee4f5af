//! What is derived from a frozen set of documents is compared with what was
//! derived when [`VERSION`] was last raised.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use forebear_image::declared::{self, Source};
use forebear_image::{Digest, ManifestFacts};

use super::{FROZEN, VERSION};
use crate::derive::{self, DeriveError};
use crate::rows::{Key, Texts, config_row, kind, manifest_row};

/// Everything that is derived, in order: rows, texts as they get their numbers.
#[derive(Default)]
struct Derived {
    bytes: Vec<u8>,
    texts: BTreeMap<String, u32>,
}

impl Derived {
    fn add(&mut self, what: &str, content: &[u8]) {
        for part in [what.as_bytes(), content] {
            self.bytes.extend((part.len() as u64).to_le_bytes());
            self.bytes.extend(part);
        }
    }

    fn hash(&self) -> String {
        Digest::sha256(&self.bytes).hex()
    }
}

impl Texts for Derived {
    type Error = DeriveError;

    fn text(&mut self, text: &str) -> Result<u32, DeriveError> {
        let next = u32::try_from(self.texts.len()).unwrap();
        if !self.texts.contains_key(text) {
            self.texts.insert(text.to_owned(), next);
            self.add("text", text.as_bytes());
        }
        Ok(self.texts[text])
    }

    fn other_digest(&mut self, key: &Key, text: &str) -> Result<(), DeriveError> {
        self.add(text, key);
        Ok(())
    }
}

/// The documents by their names: `config-…`, `manifest-…`, and the statements
/// that manifests of attestations refer to.
fn documents() -> BTreeMap<String, Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/frozen");
    let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries.map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap())).collect()
}

/// Derives all rows; `learn` may change what a manifest says before its row is made.
fn derive(learn: impl Fn(&mut ManifestFacts)) -> Derived {
    let documents = documents();
    let kept = |digest: &Digest| -> Result<_, DeriveError> {
        Ok(documents.values().find(|document| Digest::sha256(document) == *digest).cloned())
    };
    let mut derived = Derived::default();
    for (name, document) in &documents {
        let row = match name.split('-').next() {
            Some("config") => config_row(&derive::config(document).unwrap(), &mut derived),
            Some("manifest") => {
                let mut facts = derive::manifest(document, kept).unwrap_or_else(|error| panic!("{name}: {error}"));
                learn(&mut facts);
                if let ManifestFacts::Schema1 { config, .. } = &facts {
                    let row = config_row(config, &mut derived).unwrap();
                    derived.add(name, &row);
                }
                manifest_row(&Digest::sha256(document), &facts, &mut derived)
            }
            Some("statement") => continue,
            _ => panic!("{name} is no kind of document"),
        };
        derived.add(name, &row.unwrap());
    }
    derived
}

/// What to say where a hash is not the frozen one.
fn check(hash: &str) -> Result<(), String> {
    if hash == FROZEN {
        return Ok(());
    }
    Err(format!(
        "what is derived from the documents in tests/frozen has changed, and VERSION is {VERSION} still. A store that \
         was filled before would keep rows that the rules of today do not make. Raise VERSION, so that they are made \
         again, and set FROZEN to {hash}. (Where only documents were added to tests/frozen, FROZEN alone.)"
    ))
}

#[test]
fn rows_change_with_their_version_only() {
    check(&derive(|_| {}).hash()).unwrap_or_else(|why| panic!("{why}"));
}

/// How it fails: a parser that learns one thing more of one manifest.
#[test]
fn a_parser_that_learns_something_is_noticed() {
    let learned = derive(|facts| {
        if let ManifestFacts::Artifact { artifact_type } = facts {
            artifact_type.push_str("; version=2");
        }
    });
    let why = check(&learned.hash()).unwrap_err();
    assert!(why.contains("Raise VERSION") && why.contains(&learned.hash()), "{why}");
}

#[test]
fn the_frozen_documents_are_of_every_kind() {
    let kinds = std::cell::RefCell::new(BTreeSet::new());
    derive(|facts| {
        kinds.borrow_mut().insert(match facts {
            ManifestFacts::Image(_) => kind::IMAGE,
            ManifestFacts::Index { .. } => kind::INDEX,
            ManifestFacts::Schema1 { .. } => kind::SCHEMA1,
            ManifestFacts::Artifact { .. } => kind::ARTIFACT,
            ManifestFacts::Attestation { materials, .. } if !materials.is_empty() => kind::ATTESTATION,
            ManifestFacts::Attestation { .. } => kind::UNREAD,
        });
    });
    let expected = [kind::IMAGE, kind::INDEX, kind::SCHEMA1, kind::ARTIFACT, kind::ATTESTATION];
    assert_eq!(kinds.into_inner(), BTreeSet::from(expected));
}

/// Rows that another kind of declaration changes are noticed only where a document declares so.
#[test]
fn p823_the_frozen_documents_declare_in_every_way() {
    let documents = documents();
    let configs = documents.iter().filter(|(name, _)| name.starts_with("config-"));
    let declared = configs.flat_map(|(_, document)| {
        let facts = derive::config(document).unwrap();
        declared::of_config(&facts.runtime.labels, &facts.history)
    });
    let seen: Vec<Source> = declared.map(|declared| declared.source).collect();
    // Manifests say these.
    let elsewhere = [Source::Annotation, Source::Provenance];
    let unseen = Source::ALL.into_iter().filter(|source| !seen.contains(source) && !elsewhere.contains(source));
    let unseen: Vec<&str> = unseen.map(Source::as_str).collect();
    assert!(
        unseen.is_empty(),
        "no config in crates/forebear-facts/tests/frozen declares a base by {}: add one as its tool writes it",
        unseen.join(", ")
    );
}
