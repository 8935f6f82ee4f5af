//! What identifies a selection, from one process to the next.

use std::fmt;

use forebear_image::{Platform, RegistryName};
use serde::{Deserialize, Serialize};

use super::spec::Source;

/// A selection as it was given: a run with the same resumes an unfinished one.
///
/// Its JSON is kept with each run. What was added to selections later is left
/// out where it is not used, so that runs that were begun before are still
/// recognised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SelectionKey {
    pub(super) registry: RegistryName,
    pub(super) repositories: Vec<String>,
    pub(super) tags: Vec<String>,
    pub(super) platforms: Vec<Platform>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) provenance: bool,
    #[serde(default, skip_serializing_if = "Source::is_auto")]
    pub(super) source: Source,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) exclude: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) newest: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) max_tags: Option<u32>,
    /// What is taken off the registry's own names of its repositories.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) strip_prefix: Option<String>,
    /// Where the registry is asked, as a URL. Earlier versions did not write it
    /// down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) at: Option<String>,
}

impl SelectionKey {
    /// Reads the key of a run; `None` for that of a selection that this version
    /// does not know.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// The registry's name in the store.
    #[must_use]
    pub fn registry(&self) -> &RegistryName {
        &self.registry
    }

    /// Whether attestations are fetched.
    #[must_use]
    pub fn wants_provenance(&self) -> bool {
        self.provenance
    }

    /// Whether a run of this selection resumes an unfinished one of `other`.
    #[must_use]
    pub fn resumes(&self, other: &Self) -> bool {
        self == other || (other.at.is_none() && Self { at: None, ..self.clone() } == *other)
    }
}

impl fmt::Display for SelectionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::selection::{Selection, SelectionSpec, TagFilter};

    fn list(items: &[&str]) -> Vec<String> {
        items.iter().map(|s| (*s).to_owned()).collect()
    }

    fn key(spec: SelectionSpec) -> SelectionKey {
        Selection::of(&"ghcr.io".parse().unwrap(), spec).unwrap().key().clone()
    }

    /// A run that an earlier version began is resumed.
    #[test]
    fn what_is_the_same_selection() {
        let plain = SelectionSpec { repositories: list(&["o/r"]), ..SelectionSpec::default() };
        let old = r#"{"registry":"ghcr.io","repositories":["o/r"],"tags":[],"platforms":[]}"#;
        assert_eq!(key(plain.clone()).to_string(), old);
        let here = Selection::of(&"ghcr.io".parse().unwrap(), plain.clone()).unwrap().key_at("https://mirror:5000/");
        assert_eq!(here.to_string(), old.replace("]}", r#"],"at":"https://mirror:5000/"}"#));
        let there = SelectionKey { at: Some("https://ghcr.io/".to_owned()), ..here.clone() };
        let unplaced = SelectionKey::parse(old).unwrap();
        assert!(here.resumes(&here) && here.resumes(&unplaced) && !here.resumes(&there));
        assert!(!unplaced.resumes(&here), "where it is asked is known today");
        let all = TagFilter { include: list(&["*"]), ..TagFilter::default() };
        assert_eq!(key(SelectionSpec { tags: all, ..plain }), unplaced);
    }

    #[test]
    fn every_part_is_written_and_read() {
        let plain = SelectionSpec { repositories: list(&["o/r"]), ..SelectionSpec::default() };
        let newest = TagFilter { newest: Some(5), ..TagFilter::default() };
        let exclude = TagFilter { exclude: list(&["x"]), ..TagFilter::default() };
        let others = [
            SelectionSpec { provenance: true, ..plain.clone() },
            SelectionSpec { source: Source::List, ..plain.clone() },
            SelectionSpec { source: Source::Namespace, ..plain.clone() },
            SelectionSpec { source: Source::Catalog, ..plain.clone() },
            SelectionSpec { tags: newest, ..plain.clone() },
            SelectionSpec { tags: exclude, ..plain.clone() },
            SelectionSpec { max_tags: Some(5), ..plain.clone() },
            SelectionSpec { platforms: vec!["linux/arm/v6".parse().unwrap()], ..plain.clone() },
        ];
        let keys: Vec<SelectionKey> = others.into_iter().chain([plain]).map(key).collect();
        for (at, key) in keys.iter().enumerate() {
            assert_eq!(SelectionKey::parse(&key.to_string()).as_ref(), Some(key));
            assert!(!keys.iter().skip(at + 1).any(|other| other == key), "{key}");
        }
        assert!(keys[0].wants_provenance() && !keys[1].wants_provenance());
        // What another version has beside these is no reason to resume its run.
        let newer = keys[8].to_string().replace("]}", r#"],"signatures":true}"#);
        assert_eq!(SelectionKey::parse(&newer), None);
        assert_eq!(SelectionKey::parse("x"), None);
    }
}
