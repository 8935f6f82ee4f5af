//! SPDX 2.3 (spdx.github.io/spdx-spec/v2.3).
//!
//! `DESCENDANT_OF` says what is meant; `DEPENDS_ON` beside it is what GUAC reads.

use forebear_image::Timestamp;
use serde_json::{Map, Value, json};

use crate::chain::{Chain, Link};
use crate::sentence;

/// The program, as one of the creators of a document.
pub(crate) const TOOL: &str = concat!("Tool: forebear-", env!("CARGO_PKG_VERSION"));
/// What it begins with in any version.
pub(crate) const TOOL_NAME: &str = "Tool: forebear-";
/// Where nothing is known, there is no time to tell.
const EPOCH: &str = "1970-01-01T00:00:00Z";

/// A whole document.
#[must_use]
pub fn spdx(chain: &Chain) -> Value {
    let image = element(&chain.image);
    let mut relationships = vec![json!({
        "spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": image,
    })];
    relationships.extend(self::relationships(chain, &image));
    json!({
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": chain.image.image.reference,
        "documentNamespace": format!("{}/spdx/{}", env!("CARGO_PKG_REPOSITORY"), chain.uuid("spdx")),
        "creationInfo": {"created": time(chain.observed_until), "creators": [TOOL]},
        "packages": packages(chain, true),
        "relationships": relationships,
    })
}

/// The images as packages; the image itself only where nobody else told of it.
pub(crate) fn packages(chain: &Chain, with_image: bool) -> Vec<Value> {
    let own = with_image.then(|| {
        let mut comments: Vec<String> = chain.no_parent.iter().map(|why| format!("no known parent: {why}")).collect();
        let declared = chain.declared.iter().filter_map(sentence::declared);
        comments.extend(declared.map(|(name, value)| format!("forebear:{name}={value}")));
        package(chain, &chain.image, comments)
    });
    let bases = chain.ancestors.iter().map(|(link, ancestor)| {
        let mut comments = vec![sentence::evidence(ancestor)];
        let facts = sentence::proofs(ancestor).into_iter();
        comments.extend(facts.map(|(name, value)| format!("forebear:{name}={value}")));
        package(chain, link, comments)
    });
    own.into_iter().chain(bases).collect()
}

/// Two from each image to its parent. `image` is what the image itself is called.
pub(crate) fn relationships(chain: &Chain, image: &str) -> Vec<Value> {
    let mut all = Vec::new();
    let mut child = image.to_owned();
    for (link, ancestor) in &chain.ancestors {
        let parent = element(link);
        let comment = sentence::evidence(ancestor);
        for kind in ["DESCENDANT_OF", "DEPENDS_ON"] {
            all.push(json!({
                "spdxElementId": child, "relationshipType": kind, "relatedSpdxElement": parent, "comment": comment,
            }));
        }
        child = parent;
    }
    all
}

/// An image's identifier, which has letters, digits, `.` and `-` only.
pub(crate) fn element(link: &Link) -> String {
    let hex = forebear_image::Digest::sha256(link.id.as_bytes()).hex();
    let name = link.purl.name.rsplit('/').next().unwrap_or_default();
    let name: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-')).take(60).collect();
    format!("SPDXRef-Image-{name}-{}", hex.get(..16).unwrap_or(&hex))
}

fn package(chain: &Chain, link: &Link, comments: Vec<String>) -> Value {
    let mut own = Map::new();
    let mut put = |name: &str, value: Value| _ = own.insert(name.to_owned(), value);
    put("SPDXID", json!(element(link)));
    put("name", json!(link.purl.name));
    if let Some(version) = &link.purl.version {
        put("versionInfo", json!(version));
    }
    put("downloadLocation", json!("NOASSERTION"));
    put("filesAnalyzed", json!(false));
    put("licenseConcluded", json!("NOASSERTION"));
    put("licenseDeclared", json!("NOASSERTION"));
    put("copyrightText", json!("NOASSERTION"));
    put("supplier", json!("NOASSERTION"));
    put("primaryPackagePurpose", json!("CONTAINER"));
    if let Some(digest) = link.image.manifest_digest {
        let algorithm = digest.0.algorithm().to_uppercase();
        put("checksums", json!([{"algorithm": algorithm, "checksumValue": digest.0.hex()}]));
    }
    let purls = std::iter::once(&link.purl.text).chain(&link.purl.docker);
    let one = |purl: &String| json!({"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": purl});
    put("externalRefs", purls.map(one).collect());
    let facts = sentence::facts(&link.image).into_iter().map(|(name, value)| format!("forebear:{name}={value}"));
    let date = time(chain.observed_until);
    let annotation = |comment: String| json!({"annotationType": "OTHER", "annotator": TOOL, "annotationDate": date, "comment": comment});
    put("annotations", comments.into_iter().chain(facts).map(annotation).collect());
    Value::Object(own)
}

/// SPDX has whole seconds, in UTC.
fn time(time: Option<Timestamp>) -> String {
    let Some(time) = time else { return EPOCH.to_owned() };
    let text = time.to_string();
    let whole = text.split(['.', 'Z']).next().unwrap_or_default();
    if whole.len() == 19 { format!("{whole}Z") } else { EPOCH.to_owned() }
}
