//! A material's URI as an image: package URLs as BuildKit writes them
//! (`util/purl/image.go`; package-url `types/docker`, `types/oci`).
//!
//! ```text
//! pkg:docker/alpine@3.19?platform=linux%2Famd64
//! pkg:docker/ghcr.io/o/r@tag?digest=sha256:…
//! pkg:docker/alpine?digest=sha256:…                    by digest alone
//! pkg:oci/debian@sha256%3A…?repository_url=docker.io/library/debian&tag=12
//! ```

use crate::declared::{Declared, Source};
use crate::digest::{Digest, ManifestDigest};
use crate::limits::SHOWN;
use crate::reference::Reference;

/// The image that a URI names, in the index's spelling; `None` when it names
/// something else: a git commit, a download, a single blob.
///
/// What is an image but cannot be read keeps its URI for a name. Were it left
/// out, the list would seem to be known as a whole.
pub(super) fn image(uri: &str, digest: Option<Digest>) -> Option<Declared> {
    let (kind, rest) = split_type(uri)?;
    let rest = rest.split('#').next().unwrap_or_default();
    let (path, qualifiers) = rest.split_once('?').unwrap_or((rest, ""));
    let qualifier = |key: &str| {
        let pairs = qualifiers.split('&').filter_map(|pair| pair.split_once('='));
        pairs.filter(|(own, _)| *own == key).find_map(|(_, value)| decoded(value))
    };
    if qualifier("ref_type").is_some_and(|kind| kind == "blob") {
        return None;
    }
    let (path, version) = path.rsplit_once('@').map_or((path, None), |(path, version)| (path, decoded(version)));
    let (pinned, tag) = match version {
        Some(version) => match version.parse::<Digest>() {
            Ok(digest) => (Some(digest), None),
            Err(_) => (None, Some(version)),
        },
        None => (None, None),
    };
    let pinned = pinned.or_else(|| qualifier("digest")?.parse().ok());
    let tag = tag.or_else(|| qualifier("tag"));
    let digest = digest.or(pinned);
    let name = match (kind, qualifier("repository_url")) {
        ("docker", _) => decoded(path).and_then(|path| spelled(&path, tag, pinned)),
        (_, Some(repository)) => spelled(&repository, tag, pinned),
        // A local layout: its name means nothing elsewhere.
        (_, None) if digest.is_some() => return Some(Declared { source: Source::Provenance, name: None, digest }),
        (_, None) => None,
    };
    let name = name.unwrap_or_else(|| uri.chars().take(SHOWN).collect());
    Some(Declared { source: Source::Provenance, name: Some(name), digest })
}

/// `docker` or `oci`, and what follows.
fn split_type(uri: &str) -> Option<(&'static str, &str)> {
    let (scheme, rest) = uri.split_once(':')?;
    let (kind, rest) = rest.trim_start_matches('/').split_once('/')?;
    let kind = ["docker", "oci"].into_iter().find(|known| known.eq_ignore_ascii_case(kind))?;
    scheme.eq_ignore_ascii_case("pkg").then_some((kind, rest))
}

/// A repository with its tag; with its digest where it was asked for by that
/// alone, as such a reference names no tag, not even `latest`.
fn spelled(repository: &str, tag: Option<String>, pinned: Option<Digest>) -> Option<String> {
    let Reference { repository, .. } = repository.parse().ok()?;
    let digest = pinned.map(ManifestDigest).filter(|_| tag.is_none());
    let tag = match (tag, digest) {
        (None, None) => Some("latest".to_owned()),
        (tag, _) => tag,
    };
    if let Some(tag) = &tag {
        crate::reference::check_tag(tag).ok()?;
    }
    Some(Reference { repository, tag, digest, registry_was_named: true }.to_string())
}

/// Text with its `%2F` undone; `None` where that gives no text.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes().iter();
    while let Some(byte) = rest.next() {
        if *byte != b'%' {
            bytes.push(*byte);
            continue;
        }
        let digits = [*rest.next()?, *rest.next()?];
        let digits = std::str::from_utf8(&digits).ok().filter(|text| !text.starts_with('+'))?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
    }
    String::from_utf8(bytes).ok()
}
