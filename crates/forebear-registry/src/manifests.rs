//! `/v2/<name>/manifests/<reference>` (distribution-spec, "Pulling Manifests").

use std::fmt;
use std::sync::LazyLock;

use bytes::Bytes;
use forebear_image::reference::check_tag;
use forebear_image::{ManifestDigest, Reference, RepositoryName, media_type};
use http::HeaderMap;
use http::header::{CONTENT_TYPE, HeaderValue};
use url::Url;

use crate::answer::Answer;
use crate::body::announced_length;
use crate::call::Call;
use crate::client::Registry;
use crate::error::{ErrorKind, RegistryError};
use crate::places::Place;
use crate::stats::RequestKind;
use crate::verify::{self, Claimed};

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

impl ManifestName<'_> {
    /// The digest it is asked by.
    fn digest(&self) -> Option<ManifestDigest> {
        match self {
            Self::Tag(_) => None,
            Self::Digest(digest) => Some(*digest),
        }
    }
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
    /// `Docker-Content-Digest`. Optional in the spec: where there is none that
    /// can be used, only a GET tells the digest.
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
    /// and never a reason to try a GET; all of sending.
    pub async fn head_manifest(
        &self,
        repository: &RepositoryName,
        name: ManifestName<'_>,
    ) -> Result<ManifestHead, RegistryError> {
        let (mirrors, origin) = self.places(repository, name.digest().is_some())?;
        for mirror in mirrors {
            if let Some(head) = mirror.had(mirror.head_manifest(name).await) {
                return Ok(head);
            }
        }
        origin.head_manifest(name).await
    }

    /// Fetches a manifest and checks it, before anything reads it, against the
    /// digest it was asked by. A tag's manifest has the digest that
    /// `Docker-Content-Digest` names, if that is its own, else that of its
    /// bytes. Of the repository only the path is used.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`]; [`ErrorKind::TooLarge`] over
    /// [`MANIFEST_CAP`]; [`ErrorKind::DigestMismatch`]; all of sending.
    pub async fn get_manifest(
        &self,
        repository: &RepositoryName,
        name: ManifestName<'_>,
    ) -> Result<FetchedManifest, RegistryError> {
        let (mirrors, origin) = self.places(repository, name.digest().is_some())?;
        for mirror in mirrors {
            if let Some(manifest) = mirror.had(mirror.get_manifest(name).await) {
                return Ok(manifest);
            }
        }
        origin.get_manifest(name).await
    }
}

impl Place {
    async fn head_manifest(&self, name: ManifestName<'_>) -> Result<ManifestHead, RegistryError> {
        let call = Call::head(RequestKind::ManifestHead, self.manifest_url(name)?).accept(ACCEPT.clone());
        let answer = self.shared.perform(&call).await?.success()?;
        let digest = name.digest().or_else(|| told_digest(&answer.headers));
        let size = announced_length(&answer.headers);
        Ok(ManifestHead { digest, content_type: content_type(&answer), size })
    }

    async fn get_manifest(&self, name: ManifestName<'_>) -> Result<FetchedManifest, RegistryError> {
        let call = Call::get(RequestKind::ManifestGet, self.manifest_url(name)?, MANIFEST_CAP).accept(ACCEPT.clone());
        let answer = self.shared.perform(&call).await?.success()?;
        let content_type = content_type(&answer);
        let claimed = match name {
            ManifestName::Digest(asked) => Claimed::Asked(asked),
            ManifestName::Tag(_) => Claimed::Told(told_digest(&answer.headers)),
        };
        let digest = verify::manifest(&answer.body, content_type.as_deref(), claimed).map_err(|mismatch| {
            let verify::Mismatch { expected, actual } = *mismatch;
            answer.mismatch(expected, actual)
        })?;
        // Packed on its way, it may be another manifest than was pushed.
        if let (Some(encoding), Claimed::Told(told)) = (&answer.encoding, claimed)
            && told != Some(digest)
        {
            return Err(answer.attempts.error(encoding.refusal("; no digest tells whether it is what was pushed")));
        }
        Ok(FetchedManifest { bytes: answer.body, digest, content_type })
    }

    fn manifest_url(&self, name: ManifestName<'_>) -> Result<Url, RegistryError> {
        let url = self.shared.url(&format!("/v2/{}/manifests/{name}", self.path))?;
        match name {
            ManifestName::Tag(tag) => check_tag(tag).map(|()| url).map_err(|why| {
                RegistryError::before_sending(self.shared.address.base.url(), ErrorKind::Configuration(why.to_owned()))
            }),
            ManifestName::Digest(_) => Ok(url),
        }
    }
}

fn content_type(answer: &Answer) -> Option<String> {
    answer.header(CONTENT_TYPE.as_str()).map(|text| answer.attempts.sent.without(text).into_owned())
}

/// `Docker-Content-Digest`, where it can be used. A header that is empty, no
/// digest, of an algorithm that nobody here knows, or there twice with two
/// digests is as good as none: net/http's `Header.Get` and containerd take it so
/// (<https://github.com/containerd/containerd/issues/3238>), and the spec has it
/// optional.
fn told_digest(headers: &HeaderMap) -> Option<ManifestDigest> {
    let mut all = headers.get_all(CONTENT_DIGEST).iter().map(|value| value.to_str().ok()?.trim().parse().ok());
    let first: Option<ManifestDigest> = all.next()?;
    all.all(|other| other == first).then_some(first)?
}
