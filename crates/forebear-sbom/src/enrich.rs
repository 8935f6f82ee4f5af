//! The chain added to an SBOM that another tool made of the image: what the tool wrote stays,
//! byte for byte, but for the lists that grow.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};

use crate::chain::Chain;
use crate::document::Document;
use crate::subject::{Package, Subject};
use crate::{cyclonedx, spdx};

/// An SBOM with the chain in it.
#[derive(Clone, Debug)]
pub struct Enriched {
    /// The document.
    pub text: String,
    /// The digest of the image that it is about by its own word, where that is not the one whose
    /// chain was added.
    pub other_image: Option<String>,
}

/// Why the chain cannot be added.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EnrichError {
    /// It is no JSON object.
    #[error("that is no JSON object: only CycloneDX and SPDX 2 in JSON can be enriched")]
    NoJson(#[source] serde_json::Error),
    /// It is some other document.
    #[error(
        "that is neither CycloneDX nor SPDX 2 in JSON; syft writes them with -o cyclonedx-json or spdx-json, trivy with --format cyclonedx or spdx-json"
    )]
    NoSbom,
    /// Nothing in it stands for the image.
    #[error("the SBOM does not say what it describes, so that the base has no place in it")]
    NoSubject,
    /// It cannot be written again.
    #[error(transparent)]
    Write(serde_json::Error),
}

/// Adds a chain to CycloneDX or SPDX 2 in JSON. What is there already is not added again.
///
/// # Errors
/// [`EnrichError`].
pub fn enrich(text: &str, chain: &Chain) -> Result<Enriched, EnrichError> {
    let mut document: Document = serde_json::from_str(text).map_err(EnrichError::NoJson)?;
    let is_spdx = document.get::<String>("spdxVersion").is_some_and(|version| version.starts_with("SPDX-2."));
    let subject = if document.get::<String>("bomFormat").as_deref() == Some("CycloneDX") {
        into_cyclonedx(&mut document, chain)?
    } else if is_spdx {
        into_spdx(&mut document, chain)?
    } else {
        return Err(EnrichError::NoSbom);
    };
    let other_image = subject.and_then(|own| own.other_than(chain)).map(|digest| digest.to_string());
    let mut text = serde_json::to_string_pretty(&document).map_err(EnrichError::Write)?;
    text.push('\n');
    Ok(Enriched { text, other_image })
}

/// Returns which image the document says it is about.
fn into_cyclonedx(document: &mut Document, chain: &Chain) -> Result<Option<Subject>, EnrichError> {
    let mut metadata: Document = document.get("metadata").unwrap_or_default();
    let mut image: Document = metadata.get("component").ok_or(EnrichError::NoSubject)?;
    let subject = Subject::of_component(&image);
    let id = image.get::<String>("bom-ref").unwrap_or_else(|| chain.image.id.clone());
    put(&mut image, "bom-ref", &id)?;
    let ours = |value: &Value| text_of(value, "name").is_some_and(|name| name.starts_with("forebear:"));
    let properties: Vec<Value> = image.get("properties").unwrap_or_default();
    let properties: Vec<Value> = properties.into_iter().filter(|own| !ours(own)).collect();
    for (name, value) in cyclonedx::own_part(chain, &properties) {
        put(&mut image, &name, &value)?;
    }
    put(&mut metadata, "component", &image)?;
    credit(&mut metadata)?;
    put(document, "metadata", &metadata)?;

    let mut components = document.list("components");
    let mut known = BTreeSet::from([id.clone()]);
    components.iter().for_each(|one| references(one, &mut known));
    for component in cyclonedx::components(chain) {
        if text_of(&component, "bom-ref").is_some_and(|own| !known.contains(own)) {
            components.push(raw(&component)?);
        }
    }
    put(document, "components", &components)?;
    depend(document, chain, &id)?;
    Ok(subject)
}

/// What stands in `bom-ref` of a component and of those in it.
fn references(component: &RawValue, known: &mut BTreeSet<String>) {
    #[derive(Deserialize)]
    struct Own {
        #[serde(rename = "bom-ref")]
        id: Option<String>,
        #[serde(default)]
        components: Vec<Box<RawValue>>,
    }
    let Ok(own) = serde_json::from_str::<Own>(component.get()) else { return };
    known.extend(own.id);
    own.components.iter().for_each(|one| references(one, known));
}

/// Names this program among the tools, in whichever of the two forms there is.
fn credit(metadata: &mut Document) -> Result<(), EnrichError> {
    #[derive(Deserialize)]
    struct Named {
        name: Option<String>,
    }
    let is_ours = |tool: &RawValue| {
        serde_json::from_str::<Named>(tool.get()).is_ok_and(|tool| tool.name.as_deref() == Some("forebear"))
    };
    if let Some(mut old) = metadata.get::<Vec<Box<RawValue>>>("tools") {
        old.retain(|tool| !is_ours(tool));
        old.push(raw(&json!({"name": "forebear", "version": env!("CARGO_PKG_VERSION")}))?);
        return put(metadata, "tools", &old);
    }
    let mut tools: Document = metadata.get("tools").unwrap_or_default();
    let mut components = tools.list("components");
    components.retain(|tool| !is_ours(tool));
    components.push(raw(&cyclonedx::tool())?);
    put(&mut tools, "components", &components)?;
    put(metadata, "tools", &tools)
}

/// Adds to what is there for an image, which must not be there twice.
fn depend(document: &mut Document, chain: &Chain, image: &str) -> Result<(), EnrichError> {
    let mut all: Vec<Document> = document.get("dependencies").unwrap_or_default();
    for wanted in cyclonedx::dependencies(chain, image) {
        let name = text_of(&wanted, "ref").map(str::to_owned);
        match all.iter_mut().find(|own| own.get::<String>("ref") == name) {
            Some(own) => {
                let mut on: Vec<String> = own.get("dependsOn").unwrap_or_default();
                let more: Vec<String> =
                    Vec::deserialize(&wanted.get("dependsOn").cloned().unwrap_or_default()).unwrap_or_default();
                on.extend(more.into_iter().filter(|more| !on.contains(more)).collect::<Vec<_>>());
                put(own, "dependsOn", &on)?;
            }
            None => {
                let mut own = Document::default();
                put(&mut own, "ref", &wanted.get("ref"))?;
                put(&mut own, "dependsOn", &wanted.get("dependsOn"))?;
                all.push(own);
            }
        }
    }
    put(document, "dependencies", &all)
}

/// A relationship, as far as it is read.
#[derive(Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
struct Relationship {
    spdx_element_id: String,
    relationship_type: String,
    related_spdx_element: String,
}

/// Returns which image the document says it is about.
fn into_spdx(document: &mut Document, chain: &Chain) -> Result<Option<Subject>, EnrichError> {
    let mut relationships = document.list("relationships");
    let read: Vec<Relationship> = relationships.iter().filter_map(|one| serde_json::from_str(one.get()).ok()).collect();
    let described =
        read.iter().find(|one| one.spdx_element_id == "SPDXRef-DOCUMENT" && one.relationship_type == "DESCRIBES");
    let listed = || document.get::<Vec<String>>("documentDescribes").and_then(|all| all.into_iter().next());
    let image = described.map(|one| one.related_spdx_element.clone()).or_else(listed).ok_or(EnrichError::NoSubject)?;
    let mut packages = document.list("packages");
    let known: Vec<Package> = packages.iter().filter_map(|one| serde_json::from_str(one.get()).ok()).collect();
    let subject = known.iter().find(|package| package.id == image).and_then(Subject::of_package);
    for package in spdx::packages(chain, false) {
        if known.iter().all(|own| Some(own.id.as_str()) != text_of(&package, "SPDXID")) {
            packages.push(raw(&package)?);
        }
    }
    for relationship in spdx::relationships(chain, &image) {
        let own: Relationship = Relationship::deserialize(&relationship).map_err(EnrichError::Write)?;
        if !read.contains(&own) {
            relationships.push(raw(&relationship)?);
        }
    }
    put(document, "packages", &packages)?;
    put(document, "relationships", &relationships)?;
    let mut creation: Document = document.get("creationInfo").unwrap_or_default();
    let mut creators: Vec<String> = creation.get("creators").unwrap_or_default();
    creators.retain(|own| !own.starts_with(spdx::TOOL_NAME));
    creators.push(spdx::TOOL.to_owned());
    put(&mut creation, "creators", &creators)?;
    put(document, "creationInfo", &creation)?;
    Ok(subject)
}

fn put(document: &mut Document, name: &str, value: &impl Serialize) -> Result<(), EnrichError> {
    document.put(name, value).map_err(EnrichError::Write)
}

fn text_of<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name)?.as_str()
}

fn raw(value: &Value) -> Result<Box<RawValue>, EnrichError> {
    to_raw_value(value).map_err(EnrichError::Write)
}
