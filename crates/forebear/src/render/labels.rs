//! The base as the OCI image-spec names it (`annotations.md`, "Pre-Defined
//! Annotation Keys"), a line each: `KEY=VALUE` is what `docker build --label`,
//! `crane mutate --annotation` and the lists of build actions take, for labels
//! and for annotations.

use forebear_ask::ParentAnswer;

const NAME: &str = "org.opencontainers.image.base.name";
const DIGEST: &str = "org.opencontainers.image.base.digest";

/// The parent's name and the digest of its manifest for the image's platform;
/// nothing where no parent is known, and no name where only a digest is.
pub(super) fn render(answer: &ParentAnswer) -> String {
    let Some(parent) = &answer.parent else { return String::new() };
    let name = parent.image.names.contains(&parent.image.reference).then_some(&parent.image.reference);
    let name = name.map(|name| format!("{NAME}={name}\n"));
    let digest = parent.image.manifest_digest.map(|digest| format!("{DIGEST}={digest}\n"));
    [name, digest].into_iter().flatten().collect()
}
