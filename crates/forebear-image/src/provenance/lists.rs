//! The two lists of a statement, read entry by entry: a list of millions costs
//! no more memory than what is kept of it.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, SeqAccess, Visitor};

use crate::declared::Declared;
use crate::digest::{Digest, ManifestDigest};
use crate::json;

use super::limits::{MAX_MATERIALS, MAX_SUBJECTS};
use super::material;

/// A resource as both lists describe it (in-toto `resource_descriptor.md`).
#[derive(serde::Deserialize)]
struct Resource {
    #[serde(default, deserialize_with = "json::or_absent")]
    uri: Option<String>,
    #[serde(default, deserialize_with = "json::or_absent")]
    digest: Option<BTreeMap<String, String>>,
}

/// What a statement is about: each digest once.
pub(super) struct Subjects(pub(super) Vec<ManifestDigest>);

/// The images among what a build read: each once.
pub(super) struct Images(pub(super) Vec<Declared>);

impl<'de> Deserialize<'de> for Subjects {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = |resource: Resource| resource.digest.as_ref().and_then(digest_of).map(ManifestDigest);
        deserializer.deserialize_seq(Distinct { what: "subjects", limit: MAX_SUBJECTS, read }).map(Self)
    }
}

impl<'de> Deserialize<'de> for Images {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = |resource: Resource| {
            let digest = resource.digest.as_ref().and_then(digest_of);
            material::image(resource.uri.as_deref()?, digest)
        };
        deserializer.deserialize_seq(Distinct { what: "images", limit: MAX_MATERIALS, read }).map(Self)
    }
}

/// Keeps what is made of each entry, once.
struct Distinct<F> {
    what: &'static str,
    limit: usize,
    read: F,
}

impl<'de, T: PartialEq, F: Fn(Resource) -> Option<T>> Visitor<'de> for Distinct<F> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of {}", self.what)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Vec<T>, A::Error> {
        let mut kept = Vec::new();
        while let Some(resource) = entries.next_element::<Resource>()? {
            let Some(made) = (self.read)(resource).filter(|made| !kept.contains(made)) else { continue };
            if kept.len() == self.limit {
                return Err(A::Error::custom(format!("more than {} {}", self.limit, self.what)));
            }
            kept.push(made);
        }
        Ok(kept)
    }
}

/// A digest as in-toto writes it: algorithm to hex.
fn digest_of(set: &BTreeMap<String, String>) -> Option<Digest> {
    let of = |algorithm: &str| format!("{algorithm}:{}", set.get(algorithm)?.to_ascii_lowercase()).parse().ok();
    of("sha256").or_else(|| of("sha512"))
}
