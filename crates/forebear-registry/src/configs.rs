//! Small blobs that are fetched whole: image configs and in-toto statements.

use bytes::Bytes;
use forebear_image::{BlobDigest, ConfigDigest, Digest, RepositoryName};

use crate::call::Call;
use crate::client::Registry;
use crate::error::RegistryError;
use crate::places::Place;
use crate::redirect::Redirects;
use crate::stats::RequestKind;
use crate::verify;

/// The most bytes of a config, unless the caller has other plans. Real ones of
/// more than 8 MiB exist: generators write a step for every package and labels
/// with whole bills of materials. Eight requests at once still hold no more
/// than 128 MiB.
pub const CONFIG_CAP: usize = 16 * 1024 * 1024;

impl Registry {
    /// Fetches a config of at most `cap` bytes ([`CONFIG_CAP`]) and checks it
    /// against its digest. Registries may redirect blobs to storage; see the
    /// crate's `redirect.rs` for what is followed. Of the repository only the
    /// path is used.
    ///
    /// # Errors
    /// [`crate::ErrorKind::NotFound`]; [`crate::ErrorKind::TooLarge`];
    /// [`crate::ErrorKind::DigestMismatch`]; [`crate::ErrorKind::Redirect`]; all of
    /// sending.
    pub async fn get_config(
        &self,
        repository: &RepositoryName,
        digest: ConfigDigest,
        cap: usize,
    ) -> Result<Bytes, RegistryError> {
        self.whole_blob(RequestKind::Config, repository, digest.0, cap).await
    }

    /// Fetches another small blob, such as an in-toto statement, as
    /// [`Registry::get_config`] fetches a config.
    ///
    /// # Errors
    /// As [`Registry::get_config`].
    pub async fn get_small_blob(
        &self,
        repository: &RepositoryName,
        digest: BlobDigest,
        cap: usize,
    ) -> Result<Bytes, RegistryError> {
        self.whole_blob(RequestKind::Blob, repository, digest.0, cap).await
    }

    async fn whole_blob(
        &self,
        kind: RequestKind,
        repository: &RepositoryName,
        digest: Digest,
        cap: usize,
    ) -> Result<Bytes, RegistryError> {
        let (mirrors, origin) = self.places(repository, true)?;
        for mirror in mirrors {
            if let Some(blob) = mirror.had(mirror.whole_blob(kind, digest, cap).await) {
                return Ok(blob);
            }
        }
        origin.whole_blob(kind, digest, cap).await
    }
}

impl Place {
    async fn whole_blob(&self, kind: RequestKind, digest: Digest, cap: usize) -> Result<Bytes, RegistryError> {
        let url = self.shared.url(&format!("/v2/{}/blobs/{digest}", self.path))?;
        let call = Call::get(kind, url, cap).redirects(Redirects::Storage);
        let answer = self.shared.perform(&call).await?.success()?;
        let body = answer.body.clone();
        match verify::blob(body, digest).await {
            None => Ok(answer.body),
            Some(actual) => Err(answer.mismatch(digest, actual)),
        }
    }
}
