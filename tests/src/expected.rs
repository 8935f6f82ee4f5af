//! The answers that brute force found for the recorded registries.

#![expect(clippy::indexing_slicing, reason = "a JSON value answers null for what it has not")]

use std::collections::BTreeMap;
use std::io::Read as _;

use forebear_testkit::real::real_file;
use serde_json::Value;

/// One image of one tag and platform, and what it is built on.
#[derive(Clone, Debug)]
pub struct Row {
    /// `library/alpine:3.7`.
    pub reference: String,
    /// Its platform, `os.version` included.
    pub platform: String,
    /// Digest of its manifest.
    pub manifest: String,
    /// Its parent; `None` if there is none in the set.
    pub parent: Option<ExpectedParent>,
    /// `FROM` of its Dockerfile, where that is known; the image does not say it.
    pub from: Option<String>,
}

/// The parent of a row.
#[derive(Clone, Debug)]
pub struct ExpectedParent {
    /// Manifest digests: equal candidates.
    pub manifests: Vec<String>,
    /// Its layers.
    pub layers: u64,
    /// What speaks for it.
    pub evidence: String,
}

impl Row {
    /// `library/alpine@sha256:…`.
    #[must_use]
    pub fn by_digest(&self) -> String {
        let repository = self.reference.split_once(':').map_or(&*self.reference, |(repository, _)| repository);
        format!("{repository}@{}", self.manifest)
    }

    /// What is wrong with an answer of `forebear parent`, if anything is.
    #[must_use]
    pub fn fault(&self, answer: &Value) -> Option<String> {
        let told = |what: &str, got: &Value| Some(format!("{self:?}: {what} is {got}"));
        if let Some(error) = answer.get("error") {
            return told("error", error);
        }
        if answer["image"]["manifest_digest"] != *self.manifest {
            return told("manifest", &answer["image"]["manifest_digest"]);
        }
        let parent = &answer["parent"];
        let Some(expected) = &self.parent else {
            let reason = &answer["no_parent_because"];
            if parent.is_null() && reason["code"].is_string() {
                return None;
            }
            return told("parent", parent).or_else(|| told("reason", reason));
        };
        if !expected.manifests.iter().any(|digest| parent["manifest_digest"] == **digest) {
            return told("parent", &parent["manifest_digest"]);
        }
        if parent["evidence"] != *expected.evidence {
            return told("evidence", &parent["evidence"]);
        }
        if parent["layers"] != expected.layers || !answer["no_parent_because"].is_null() {
            return told("parent", parent);
        }
        None
    }
}

/// The rows of a set, such as `2018-01-15` or `hard`. `None`, after saying so,
/// where the data is missing.
///
/// # Panics
/// When the file is not what it should be.
#[must_use]
pub fn rows(set: &str) -> Option<Vec<Row>> {
    let file = std::fs::File::open(real_file(&format!("official/{set}.expected.jsonl.gz"))?);
    let mut text = String::new();
    let read = flate2::read::GzDecoder::new(file.expect("the file is there")).read_to_string(&mut text);
    read.expect("the file is whole");
    Some(text.lines().map(row).collect())
}

fn row(line: &str) -> Row {
    let row: Value = serde_json::from_str(line).expect("a row is JSON");
    let text = |key: &str| row[key].as_str().expect("a row names itself").to_owned();
    let parent = row["parents"].as_array().map(|parents| ExpectedParent {
        manifests: parents.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        layers: row["parent_layers"].as_u64().expect("a parent has layers"),
        evidence: text("evidence"),
    });
    let from = row["declared"].as_str().map(str::to_owned);
    Row { reference: text("reference"), platform: text("platform"), manifest: text("manifest"), parent, from }
}

/// Rows by platform, in order.
#[must_use]
pub fn by_platform(rows: &[Row]) -> BTreeMap<&str, Vec<&Row>> {
    let mut found: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        found.entry(&row.platform).or_default().push(row);
    }
    found
}
