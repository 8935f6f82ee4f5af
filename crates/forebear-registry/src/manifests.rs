//! `/v2/<name>/manifests/<reference>` (distribution-spec, "Pulling Manifests").

use std::fmt;
use std::sync::LazyLock;

use bytes::Bytes;
use forebear_image::reference::check_tag;
use forebear_image::{ManifestDigest, Reference, RepositoryName, media_type};
use http::header::{CONTENT_TYPE, HeaderValue};
use url::Url;

use crate::answer::Answer;
use crate::body::announced_length;
use crate::call::Call;
use crate::client::Registry;
use crate::error::{ErrorKind, RegistryError};
use crate::stats::RequestKind;
use crate::verify;

/// The most bytes of a manifest (the distribution spec asks registries to take
/// at least this much).
pub const MANIFEST_CAP: usize = 4 * 1024 * 1024;

const CONTENT_DIGEST: &str = "docker-content-digest";

static ACCEPT: LazyLock<HeaderValue> = LazyLock::new(|| {
    HeaderValue::from_str(&media_type::ACCEPT.join(", ")).unwrap_or_else(|_| HeaderValue::from_static("*/*"))
});

/// What a manifest is asked by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ManifestName<'a> {
    /// By a tag; must follow the grammar of tags.
    Tag(&'a str),
    /// By its own digest.
    Digest(ManifestDigest),
}

impl<'a> From<&'a Reference> for ManifestName<'a> {
    /// The digest if there is one, as a digest wins over a tag.
    fn from(reference: &'a Reference) -> Self {
        match (&reference.digest, &reference.tag) {
            (Some(digest), _) => Self::Digest(*digest),
            (None, Some(tag)) => Self::Tag(tag),
            (None, None) => Self::Tag("latest"),
        }
    }
}

impl From<ManifestDigest> for ManifestName<'_> {
    fn from(digest: ManifestDigest) -> Self {
        Self::Digest(digest)
    }
}

impl fmt::Display for ManifestName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tag(tag) => f.write_str(tag),
            Self::Digest(digest) => digest.fmt(f),
        }
    }
}

/// What a HEAD says of a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestHead {
    /// `Docker-Content-Digest`. Optional in the spec: where it is `None`, only
    /// a GET tells the digest.
    pub digest: Option<ManifestDigest>,
    /// The media type as the registry labels it, with parameters if any.
    pub content_type: Option<String>,
    /// Bytes of the manifest.
    pub size: Option<u64>,
}

/// A manifest whose bytes have been checked against its digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchedManifest {
    /// The manifest exactly as it came.
    pub bytes: Bytes,
    /// Its digest: of the bytes, or for a signed schema 1 manifest of its
    /// payload.
    pub digest: ManifestDigest,
    /// The media type as the registry labels it, for
    /// [`forebear_image::manifest::parse`].
    pub content_type: Option<String>,
}

impl Registry {
    /// Asks what a tag or digest is now, without fetching it. Of the
    /// repository only the path is used.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`]; [`ErrorKind::RateLimited`], which is a limit
    /// and never a reason to try a GET; [`ErrorKind::DigestMismatch`] if the
    /// registry names another digest than was asked for; all of sending.
    pub async fn head_manifest(
        &self,
        repository: &RepositoryName,
        name: ManifestName<'_>,
    ) -> Result<ManifestHead, RegistryError> {
        let url = self.manifest_url(repository, name)?;
        let call = Call::head(RequestKind::ManifestHead, url).accept(ACCEPT.clone());
        let answer = self.shared.perform(&call).await?.success()?;
        let digest = told_digest(&answer)?;
        if let (ManifestName::Digest(expected), Some(actual)) = (name, digest)
            && expected != actual
        {
            return Err(answer.fail(ErrorKind::DigestMismatch { expected: expected.0, actual: actual.0 }));
        }
        let size = announced_length(&answer.headers);
        Ok(ManifestHead { digest, content_type: content_type(&answer), size })
    }

    /// Fetches a manifest and checks it, before anything reads it, against the
    /// digest it was asked by and against `Docker-Content-Digest`. Of the
    /// repository only the path is used.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`]; [`ErrorKind::TooLarge`] over
    /// [`MANIFEST_CAP`]; [`ErrorKind::DigestMismatch`]; all of sending.
    pub async fn get_manifest(
        &self,
        repository: &RepositoryName,
        name: ManifestName<'_>,
    ) -> Result<FetchedManifest, RegistryError> {
        let url = self.manifest_url(repository, name)?;
        let call = Call::get(RequestKind::ManifestGet, url, MANIFEST_CAP).accept(ACCEPT.clone());
        let answer = self.shared.perform(&call).await?.success()?;
        let told = told_digest(&answer)?;
        let asked = match name {
            ManifestName::Digest(digest) => Some(digest),
            ManifestName::Tag(_) => None,
        };
        let content_type = content_type(&answer);
        let digest = verify::manifest(&answer.body, content_type.as_deref(), asked, told).map_err(|mismatch| {
            let verify::Mismatch { expected, actual } = *mismatch;
            answer.fail(ErrorKind::DigestMismatch { expected, actual })
        })?;
        Ok(FetchedManifest { bytes: answer.body, digest, content_type })
    }

    fn manifest_url(&self, repository: &RepositoryName, name: ManifestName<'_>) -> Result<Url, RegistryError> {
        let url = self.shared.url(&format!("/v2/{}/manifests/{name}", repository.path))?;
        match name {
            ManifestName::Tag(tag) => check_tag(tag).map(|()| url).map_err(|why| {
                RegistryError::before_sending(&self.shared.address.base, ErrorKind::Configuration(why.to_owned()))
            }),
            ManifestName::Digest(_) => Ok(url),
        }
    }
}

fn content_type(answer: &Answer) -> Option<String> {
    answer.header(CONTENT_TYPE.as_str()).map(str::to_owned)
}

fn told_digest(answer: &Answer) -> Result<Option<ManifestDigest>, RegistryError> {
    match answer.header(CONTENT_DIGEST) {
        None => Ok(None),
        Some(text) => text.trim().parse().map(Some).map_err(|error: forebear_image::digest::DigestError| {
            let message = format!("Docker-Content-Digest: {}", crate::quoted::quoted(&error.to_string()));
            answer.fail(ErrorKind::Protocol(message))
        }),
    }
}
