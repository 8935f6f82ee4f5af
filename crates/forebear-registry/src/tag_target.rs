//! What a tag leads to: by HEAD, which costs no pull, where the registry
//! answers it; by GET where it does not.

use forebear_image::{ManifestDigest, RepositoryName};

use crate::client::Registry;
use crate::error::{ErrorKind, RegistryError};
use crate::manifests::{FetchedManifest, ManifestName};

/// What a tag leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TagTarget {
    /// As HEAD tells it.
    Named {
        /// The manifest's digest.
        digest: ManifestDigest,
        /// The media type as the registry labels it, with parameters if any.
        content_type: Option<String>,
    },
    /// The manifest itself, where only GET tells.
    Fetched(FetchedManifest),
}

impl Registry {
    /// Asks what a tag leads to. Of the repository only the path is used.
    ///
    /// A HEAD that is refused, or that names no digest that can be used, is
    /// followed by one GET. That is a pull, with all that goes with one
    /// ([`crate::RegistryOptions::quota_reserve`]); those that a refusal has cost
    /// are counted ([`crate::Statistics::head_refused`]). A registry that does
    /// not know HEAD is asked by GET from then on.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`]; [`ErrorKind::RateLimited`], which is a limit and
    /// never a reason to try a GET; all of sending.
    pub async fn resolve_tag(&self, repository: &RepositoryName, tag: &str) -> Result<TagTarget, RegistryError> {
        let name = ManifestName::Tag(tag);
        let host = self.host();
        if !host.is_head_unknown() {
            match self.head_manifest(repository, name).await {
                Ok(head) => {
                    if let Some(digest) = head.digest {
                        return Ok(TagTarget::Named { digest, content_type: head.content_type });
                    }
                    return self.get_manifest(repository, name).await.map(TagTarget::Fetched);
                }
                Err(error) => match HeadRefusal::of(error.kind()) {
                    Some(HeadRefusal::Unknown) => host.note_head_unknown(),
                    Some(HeadRefusal::Here) => {}
                    Some(HeadRefusal::WebPage) => {
                        return self.get_manifest(repository, name).await.map(TagTarget::Fetched);
                    }
                    None => return Err(error),
                },
            }
        }
        host.counters.head_refused();
        self.get_manifest(repository, name).await.map(TagTarget::Fetched)
    }
}

/// Answers to a HEAD that say nothing of what it asked for, so that GET may be
/// answered all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum HeadRefusal {
    /// The method is not known there: neither for the next tag.
    /// <https://github.com/distribution/distribution/issues/1485>
    Unknown,
    /// This HEAD was refused. registry.centos.org answers every HEAD with 403,
    /// docker asks by GET after any error of HEAD, and go-containerregistry's
    /// documentation tells to:
    /// <https://github.com/containerd/containerd/pull/6684>,
    /// <https://github.com/crossplane/crossplane/pull/3223>. What GET then
    /// answers has a body that says why:
    /// <https://github.com/containerd/containerd/pull/13746>
    Here,
    /// A web page in place of a 404: no word of the registry's. What is not
    /// there costs no pull.
    WebPage,
}

impl HeadRefusal {
    /// What an error is a refusal of HEAD. None is one that is about whom it
    /// came from (401), what was asked for (404), or how often (a limit).
    fn of(kind: &ErrorKind) -> Option<Self> {
        match kind {
            ErrorKind::Status(405) | ErrorKind::Server(501) => Some(Self::Unknown),
            ErrorKind::Forbidden | ErrorKind::Status(400) | ErrorKind::Server(500) => Some(Self::Here),
            ErrorKind::Status(404) => Some(Self::WebPage),
            ErrorKind::Status(_)
            | ErrorKind::Server(_)
            | ErrorKind::NotFound
            | ErrorKind::Unauthorized { .. }
            | ErrorKind::Token
            | ErrorKind::RateLimited { .. }
            | ErrorKind::StillLimited { .. }
            | ErrorKind::Configuration(_)
            | ErrorKind::Dns
            | ErrorKind::Connect
            | ErrorKind::Tls
            | ErrorKind::WrongScheme { .. }
            | ErrorKind::Timeout
            | ErrorKind::Interrupted
            | ErrorKind::NotARegistry(_)
            | ErrorKind::NoCatalog { .. }
            | ErrorKind::Protocol(_)
            | ErrorKind::Paging(_)
            | ErrorKind::TooLarge { .. }
            | ErrorKind::TooMany { .. }
            | ErrorKind::DigestMismatch { .. }
            | ErrorKind::Redirect(_) => None,
        }
    }
}
