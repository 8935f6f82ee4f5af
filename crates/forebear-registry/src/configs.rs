//! Image configs: small blobs that are fetched whole.

use bytes::Bytes;
use forebear_image::{ConfigDigest, RepositoryName};

use crate::call::Call;
use crate::client::Registry;
use crate::error::{ErrorKind, RegistryError};
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
    /// [`ErrorKind::NotFound`]; [`ErrorKind::TooLarge`];
    /// [`ErrorKind::DigestMismatch`]; [`ErrorKind::Redirect`]; all of sending.
    pub async fn get_config(
        &self,
        repository: &RepositoryName,
        digest: ConfigDigest,
        cap: usize,
    ) -> Result<Bytes, RegistryError> {
        let url = self.shared.url(&format!("/v2/{}/blobs/{digest}", repository.path))?;
        let call = Call::get(RequestKind::Config, url, cap).redirects(Redirects::Storage);
        let answer = self.shared.perform(&call).await?.success()?;
        let body = answer.body.clone();
        match verify::blob(body, digest.0).await {
            None => Ok(answer.body),
            Some(actual) => Err(answer.fail(ErrorKind::DigestMismatch { expected: digest.0, actual })),
        }
    }
}
