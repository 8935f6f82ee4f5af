//! Which image an SBOM is about, by its own word.

use forebear_image::Digest;
use serde::Deserialize;
use serde_json::Value;

use crate::chain::Chain;
use crate::document::Document;

/// Trivy's name for the digest of an image's config, as a property in CycloneDX.
const PROPERTY: &str = "aquasecurity:trivy:ImageID";
/// And in SPDX: an annotation; before Trivy 0.56, an attribution text.
const NOTE: &str = "ImageID: ";

/// How a document names its image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// By the digest that Syft has as its version: a manifest's, or a config's.
    Version(Digest),
    /// By the digest of its config, as Trivy does. Trivy's purl has the digest that was pulled,
    /// which for several platforms is their index's, and so tells nothing of one of them.
    Config(Digest),
}

/// A package of SPDX, as far as it is read.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Package {
    #[serde(rename = "SPDXID")]
    pub(crate) id: String,
    version_info: Option<String>,
    #[serde(default)]
    attribution_texts: Vec<String>,
    #[serde(default)]
    annotations: Vec<Annotation>,
}

#[derive(Deserialize)]
struct Annotation {
    comment: Option<String>,
}

impl Subject {
    /// What CycloneDX has in `metadata.component`.
    pub(crate) fn of_component(component: &Document) -> Option<Self> {
        let properties: Vec<Value> = component.get("properties").unwrap_or_default();
        let id = properties.iter().find(|own| own.get("name").and_then(Value::as_str) == Some(PROPERTY));
        let id = id.and_then(|own| own.get("value")?.as_str());
        Self::new(id, component.get::<String>("version").as_deref())
    }

    /// What SPDX has in the package that the document describes.
    pub(crate) fn of_package(package: &Package) -> Option<Self> {
        let comments = package.annotations.iter().filter_map(|own| own.comment.as_ref());
        let id = comments.chain(&package.attribution_texts).find_map(|text| text.strip_prefix(NOTE));
        Self::new(id, package.version_info.as_deref())
    }

    fn new(config: Option<&str>, version: Option<&str>) -> Option<Self> {
        let config = config.and_then(|text| text.parse().ok()).map(Self::Config);
        config.or_else(|| version?.parse().ok().map(Self::Version))
    }

    /// The digest, where the chain is known to be that of another image.
    pub(crate) fn other_than(self, chain: &Chain) -> Option<Digest> {
        let image = &chain.image.image;
        let config = image.config_digest.map(|own| own.0);
        let (told, own) = match self {
            Self::Version(told) => (told, [image.manifest_digest.map(|own| own.0), config]),
            Self::Config(told) => (told, [None, config]),
        };
        let is_known = own.iter().any(Option::is_some);
        (is_known && !own.contains(&Some(told))).then_some(told)
    }
}
