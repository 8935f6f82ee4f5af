//! Package URLs of images (github.com/package-url/purl-spec, type `oci`), in canonical form: a
//! colon is never encoded (package-url/purl-spec#574). Syft and Trivy still write `sha256%3A…`;
//! whoever parses either form gets the same.

use forebear_ask::answers::ImageAnswer;
use forebear_image::Reference;
use packageurl::PackageUrl;

/// How an image is called among packages.
#[derive(Clone, Debug)]
pub(crate) struct Purl {
    /// `pkg:oci/alpine@sha256:…?arch=amd64&repository_url=docker.io%2Flibrary%2Falpine&tag=3.20`.
    pub(crate) text: String,
    /// `pkg:docker/library/alpine@3.20`, as tools know it that are older than that.
    pub(crate) docker: Option<String>,
    /// `docker.io/library/alpine`.
    pub(crate) name: String,
    /// The tag; the digest where it has none.
    pub(crate) version: Option<String>,
}

impl Purl {
    pub(crate) fn of(image: &ImageAnswer) -> Self {
        let reference = [&image.reference].into_iter().chain(&image.names).find_map(|name| parsed(name));
        let digest = image.manifest_digest.map(|digest| digest.to_string());
        let tag = reference.as_ref().and_then(|own| own.tag.clone().filter(|_| own.digest.is_none()));
        let name = reference.as_ref().map_or_else(|| image.reference.clone(), |own| own.repository.to_string());
        let short = name.rsplit('/').next().filter(|last| !last.is_empty()).unwrap_or("image").to_lowercase();
        let text = oci(&short, image, digest.as_deref(), reference.as_ref().map(|_| name.as_str()), tag.as_deref());
        let docker = reference.as_ref().and_then(|own| docker(own, tag.as_deref().or(digest.as_deref())));
        Self { text, docker, version: tag.or(digest), name }
    }
}

/// Names in a registry; local forms have none.
fn parsed(name: &str) -> Option<Reference> {
    name.strip_prefix("docker://").unwrap_or(name).parse().ok()
}

fn oci(short: &str, image: &ImageAnswer, digest: Option<&str>, repository: Option<&str>, tag: Option<&str>) -> String {
    let made = || -> Result<String, packageurl::Error> {
        let mut purl = PackageUrl::new("oci", short.to_owned())?;
        if let Some(digest) = digest {
            purl.with_version(digest.to_owned())?;
        }
        let architecture = image.platform.as_ref().map(|platform| platform.architecture.clone());
        let repository = repository.map(str::to_owned);
        for (key, value) in [("arch", architecture), ("repository_url", repository), ("tag", tag.map(str::to_owned))] {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                purl.add_qualifier(key, value)?;
            }
        }
        Ok(purl.to_string())
    };
    made().unwrap_or_else(|_| "pkg:oci/image".to_owned())
}

fn docker(reference: &Reference, version: Option<&str>) -> Option<String> {
    let path = &reference.repository.path;
    let (namespace, name) = path.rsplit_once('/').map_or((None, path.as_str()), |(above, name)| (Some(above), name));
    let mut purl = PackageUrl::new("docker", name.to_owned()).ok()?;
    if let Some(namespace) = namespace {
        purl.with_namespace(namespace.to_owned()).ok()?;
    }
    purl.with_version(version?.to_owned()).ok()?;
    let registry = reference.repository.registry.to_string();
    if registry != "docker.io" {
        purl.add_qualifier("repository_url", registry).ok()?;
    }
    Some(purl.to_string())
}

#[cfg(test)]
mod tests {
    use forebear_image::ManifestDigest;

    use super::*;

    /// As purl-spec's own test of the type `oci` has it.
    #[test]
    fn p830_purls_are_canonical() {
        let hex = "24".repeat(32);
        let image = ImageAnswer {
            reference: "docker.io/library/debian:latest".to_owned(),
            names: Vec::new(),
            manifest_digest: format!("sha256:{hex}").parse().ok().map(ManifestDigest),
            config_digest: None,
            platform: "linux/amd64".parse().ok(),
            chain_id: None,
            created: None,
            layers: 1,
            steps: None,
        };
        let purl = Purl::of(&image);
        let expected =
            format!("pkg:oci/debian@sha256:{hex}?arch=amd64&repository_url=docker.io%2Flibrary%2Fdebian&tag=latest");
        assert_eq!(purl.text, expected);
        assert_eq!(purl.docker.as_deref(), Some("pkg:docker/library/debian@latest"));
    }
}
