//! CycloneDX 1.6 (cyclonedx.org/docs/1.6/json).
//!
//! The chain is told three times, since readers differ in what they take: `pedigree.ancestors`
//! of the image, nested, for Trustify; each base as a component with `dependencies`, for
//! Dependency-Track and GUAC; and the evidence as `properties`, for people.

use serde_json::{Map, Value, json};

use crate::chain::{Chain, Link};
use crate::sentence;

/// A whole document.
#[must_use]
pub fn cyclonedx(chain: &Chain) -> Value {
    let mut metadata = Map::new();
    if let Some(time) = chain.observed_until {
        metadata.insert("timestamp".to_owned(), json!(time.to_string()));
    }
    metadata.insert("tools".to_owned(), json!({"components": [tool()]}));
    let mut image = component(&chain.image, Vec::new());
    extend(&mut image, own_part(chain, &[]));
    metadata.insert("component".to_owned(), image);
    json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": format!("urn:uuid:{}", chain.uuid("cyclonedx")),
        "version": 1,
        "metadata": metadata,
        "components": components(chain),
        "dependencies": dependencies(chain, &chain.image.id),
    })
}

/// The program, as one of the tools that made a document.
pub(crate) fn tool() -> Value {
    json!({"type": "application", "name": "forebear", "version": env!("CARGO_PKG_VERSION")})
}

/// What the image's own component has beside what it is called: `properties`, after those that
/// are there already, and `pedigree`.
pub(crate) fn own_part(chain: &Chain, before: &[Value]) -> Map<String, Value> {
    let mut facts = sentence::facts(&chain.image.image);
    facts.extend(chain.image.purl.docker.iter().map(|docker| ("purl".to_owned(), docker.clone())));
    facts.extend(chain.declared.iter().filter_map(sentence::declared));
    facts.extend(chain.no_parent.iter().map(|why| ("no_parent_because".to_owned(), why.clone())));
    let mut properties = before.to_vec();
    if let Value::Array(own) = sentence::properties(facts) {
        properties.extend(own);
    }
    let mut part = Map::new();
    part.insert("properties".to_owned(), Value::Array(properties));
    if let Some(pedigree) = pedigree(chain, 0) {
        part.insert("pedigree".to_owned(), pedigree);
    }
    part
}

/// What lies below the image with this number; the image itself is 0.
fn pedigree(chain: &Chain, number: usize) -> Option<Value> {
    let (link, ancestor) = chain.ancestors.get(number)?;
    let mut own = component(link, sentence::proofs(ancestor));
    // References are unique in all of a document, and the components have theirs.
    extend(&mut own, Map::from_iter([("bom-ref".to_owned(), json!(format!("ancestor-{}:{}", number + 1, link.id)))]));
    if let Some(pedigree) = pedigree(chain, number + 1) {
        extend(&mut own, Map::from_iter([("pedigree".to_owned(), pedigree)]));
    }
    Some(json!({"ancestors": [own], "notes": sentence::evidence(ancestor)}))
}

/// The bases as components.
pub(crate) fn components(chain: &Chain) -> Vec<Value> {
    chain.ancestors.iter().map(|(link, ancestor)| component(link, sentence::proofs(ancestor))).collect()
}

/// Each image depends on its parent. `image` is what the image itself is called.
pub(crate) fn dependencies(chain: &Chain, image: &str) -> Vec<Value> {
    let ids: Vec<&str> =
        std::iter::once(image).chain(chain.ancestors.iter().map(|(link, _)| link.id.as_str())).collect();
    let one = |(at, id): (usize, &&str)| {
        let below: Vec<&str> = ids.get(at + 1).copied().into_iter().collect();
        json!({"ref": id, "dependsOn": below})
    };
    ids.iter().enumerate().map(one).collect()
}

fn component(link: &Link, proofs: Vec<(String, String)>) -> Value {
    let mut own = Map::new();
    own.insert("type".to_owned(), json!("container"));
    own.insert("bom-ref".to_owned(), json!(link.id));
    own.insert("name".to_owned(), json!(link.purl.name));
    if let Some(version) = &link.purl.version {
        own.insert("version".to_owned(), json!(version));
    }
    if let Some(digest) = link.image.manifest_digest {
        let algorithm = if digest.0.algorithm() == "sha512" { "SHA-512" } else { "SHA-256" };
        own.insert("hashes".to_owned(), json!([{"alg": algorithm, "content": digest.0.hex()}]));
    }
    own.insert("purl".to_owned(), json!(link.purl.text));
    if !proofs.is_empty() {
        let mut facts = sentence::facts(&link.image);
        facts.extend(proofs);
        facts.extend(link.purl.docker.iter().map(|docker| ("purl".to_owned(), docker.clone())));
        own.insert("properties".to_owned(), sentence::properties(facts));
    }
    Value::Object(own)
}

fn extend(component: &mut Value, part: Map<String, Value>) {
    if let Value::Object(own) = component {
        own.extend(part);
    }
}
