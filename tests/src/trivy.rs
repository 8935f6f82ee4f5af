//! What `trivy image` writes of an image, in Trivy's shape: its tools, its root by a UUID and
//! without a version, its properties (aquasecurity/trivy `pkg/sbom/io/encode.go`,
//! `pkg/sbom/spdx/marshal.go`). Trivy itself cannot be had from a package registry.

use serde_json::{Value, json};

const ROOT: &str = "5e31af06-be94-4c30-82f2-cdb15f854081";
const PACKAGE: &str = "pkg:apk/alpine/musl@1.2.5-r1?arch=x86_64&distro=3.20.3";

/// `--format cyclonedx`, of the image with this config; until 0.46 with the older form of `tools`.
#[must_use]
pub fn cyclonedx(config: &str, old_tools: bool) -> Value {
    let tools = match old_tools {
        true => json!([{"vendor": "aquasecurity", "name": "trivy", "version": "0.40.0"}]),
        false => json!({"components": [
            {"type": "application", "group": "aquasecurity", "name": "trivy", "version": "0.59.1"}]}),
    };
    let property = |name: &str, value: &str| json!({"name": format!("aquasecurity:trivy:{name}"), "value": value});
    json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": if old_tools { "1.4" } else { "1.6" },
        "serialNumber": "urn:uuid:2be5773d-7cd3-4b4b-90a5-e165474ddace",
        "version": 1,
        "metadata": {"timestamp": "2024-12-01T08:00:00+00:00", "tools": tools, "component": {
            "bom-ref": ROOT, "type": "container", "name": "acme/shop-frontend:5",
            "properties": [
                property("DiffID", &format!("sha256:{}", "1".repeat(64))),
                property("ImageID", config),
                property("Reference", "acme/shop-frontend:5"),
                property("SchemaVersion", "2"),
            ]}},
        "components": [
            {"bom-ref": "0175f732-df9d-4bb8-9f56-870898e3ff89", "type": "operating-system", "name": "alpine",
             "version": "3.20.3", "properties": [property("Class", "os-pkgs"), property("Type", "alpine")]},
            {"bom-ref": PACKAGE, "type": "library", "name": "musl", "version": "1.2.5-r1",
             "licenses": [{"license": {"id": "MIT"}}], "purl": PACKAGE,
             "properties": [property("PkgType", "alpine")]},
        ],
        "dependencies": [
            {"ref": "0175f732-df9d-4bb8-9f56-870898e3ff89", "dependsOn": [PACKAGE]},
            {"ref": ROOT, "dependsOn": ["0175f732-df9d-4bb8-9f56-870898e3ff89"]},
            {"ref": PACKAGE, "dependsOn": []},
        ],
        "vulnerabilities": [],
    })
}

/// `--format spdx-json`; until 0.55 with attribution texts in place of annotations.
#[must_use]
pub fn spdx(config: &str, old_notes: bool) -> Value {
    let root = "SPDXRef-ContainerImage-dd5cad897c6263";
    let note = |comment: String| {
        json!({"annotator": "Tool: trivy-0.59.1", "annotationDate": "2024-12-01T08:00:00Z",
        "annotationType": "OTHER", "comment": comment})
    };
    let notes = [format!("ImageID: {config}"), "SchemaVersion: 2".to_owned()];
    let (notes_name, notes) = match old_notes {
        true => ("attributionTexts", json!(notes)),
        false => ("annotations", notes.map(note).into_iter().collect()),
    };
    let image = json!({"name": "acme/shop-frontend:5", "SPDXID": root, "downloadLocation": "NONE",
        "filesAnalyzed": false, "primaryPackagePurpose": "CONTAINER", (notes_name): notes});
    let relation = |from: &str, kind: &str, to: &str| json!({"spdxElementId": from, "relatedSpdxElement": to, "relationshipType": kind});
    let system = "SPDXRef-OperatingSystem-2e91c856c499a371";
    let package = "SPDXRef-Package-5a18334f22149877";
    json!({
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT",
        "name": "acme/shop-frontend:5",
        "documentNamespace": "http://trivy.dev/container_image/acme/shop-frontend:5-bebf6b19",
        "creationInfo": {"creators": ["Organization: aquasecurity", "Tool: trivy-0.59.1"],
            "created": "2024-12-01T08:00:00Z"},
        "packages": [
            image,
            {"name": "alpine", "SPDXID": system, "versionInfo": "3.20.3", "downloadLocation": "NONE",
             "filesAnalyzed": false, "primaryPackagePurpose": "OPERATING-SYSTEM"},
            {"name": "musl", "SPDXID": package, "versionInfo": "1.2.5-r1", "supplier": "NOASSERTION",
             "downloadLocation": "NONE", "filesAnalyzed": false, "sourceInfo": "built package from: musl 1.2.5-r1",
             "licenseConcluded": "MIT", "licenseDeclared": "MIT", "primaryPackagePurpose": "LIBRARY",
             "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                "referenceLocator": PACKAGE}]},
        ],
        "relationships": [
            relation(root, "CONTAINS", system),
            relation("SPDXRef-DOCUMENT", "DESCRIBES", root),
            relation(system, "CONTAINS", package),
        ],
    })
}
