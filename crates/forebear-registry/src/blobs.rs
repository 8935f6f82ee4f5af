//! Layer blobs: as large as they like, so they are streamed.

use std::sync::Arc;

use bytes::Bytes;
use forebear_image::{BlobDigest, RepositoryName};
use http::StatusCode;
use http::header::{CONTENT_LENGTH, CONTENT_RANGE};
use url::Url;

use crate::answer::{Answer, OpenBody};
use crate::attempts::Attempts;
use crate::call::Call;
use crate::client::Registry;
use crate::error::{ErrorKind, RegistryError};
use crate::failure::Failure;
use crate::places::Place;
use crate::redirect::Redirects;
use crate::retry::jitter;
use crate::shared::Shared;
use crate::stats::{RequestKind, add};

/// A blob on its way. Where it breaks off it is asked for again from that
/// byte on; a registry that can only begin anew is read past what came before.
///
/// Nothing is checked here: the digest is known when the last byte has come.
/// Of a registry's permits it holds one, until it ends or is dropped.
#[derive(Debug)]
pub struct BlobStream {
    shared: Arc<Shared>,
    url: Url,
    size: Option<u64>,
    offset: u64,
    open: Option<OpenBody>,
    /// Bytes of the open body that came before.
    repeated: u64,
    attempts: Attempts,
    /// Tries in a row that brought nothing new.
    fruitless: u32,
    ended: bool,
}

impl Registry {
    /// Begins to fetch a layer blob. Of the repository only the path is used.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`]; [`ErrorKind::Redirect`]; all of sending.
    pub async fn get_blob(&self, repository: &RepositoryName, digest: BlobDigest) -> Result<BlobStream, RegistryError> {
        let (mirrors, origin) = self.places(repository, true)?;
        for mirror in mirrors {
            if let Some(stream) = mirror.had(mirror.get_blob(digest).await) {
                return Ok(stream);
            }
        }
        origin.get_blob(digest).await
    }
}

impl Place {
    async fn get_blob(&self, digest: BlobDigest) -> Result<BlobStream, RegistryError> {
        let url = self.shared.url(&format!("/v2/{}/blobs/{digest}", self.path))?;
        let answer = open_blob(&self.shared, &url, 0).await?;
        let size = answer.header(CONTENT_LENGTH.as_str()).and_then(|text| text.trim().parse().ok());
        let attempts = answer.attempts.clone();
        Ok(BlobStream {
            shared: Arc::clone(&self.shared),
            url,
            size,
            offset: 0,
            open: answer.rest,
            repeated: 0,
            attempts,
            fruitless: 0,
            ended: false,
        })
    }
}

async fn open_blob(shared: &Shared, url: &Url, from: u64) -> Result<Answer, RegistryError> {
    let call = Call::get(RequestKind::Blob, url.clone(), 0).redirects(Redirects::Storage).streamed(from);
    shared.perform(&call).await?.success()
}

impl BlobStream {
    /// Bytes of the whole blob, as the registry states it.
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        self.size
    }

    /// The next piece; `None` at the end.
    ///
    /// # Errors
    /// When it breaks off as often in a row as the options allow retries;
    /// [`ErrorKind::Protocol`] when another part comes than was asked for; all
    /// of sending.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, RegistryError> {
        while !self.ended {
            let Some(open) = &mut self.open else {
                self.resume().await?;
                continue;
            };
            match open.response.chunk().await {
                Ok(Some(chunk)) => {
                    add(&self.shared.host.counters.bytes_received, chunk.len() as u64);
                    let known = self.repeated.min(chunk.len() as u64);
                    self.repeated -= known;
                    let new = chunk.slice(usize::try_from(known).unwrap_or(chunk.len())..);
                    if !new.is_empty() {
                        self.offset += new.len() as u64;
                        self.fruitless = 0;
                        return Ok(Some(new));
                    }
                }
                // Less may come than was asked for (RFC 9110, 15.3.7).
                Ok(None) if self.is_short() => {
                    let early = Failure { passing: true, ..Failure::lasting(ErrorKind::Interrupted) };
                    self.broken(Failure { detail: Some("it ended early".to_owned()), ..early }).await?;
                }
                Ok(None) => (self.open, self.ended) = (None, true),
                // A connection may break after the last byte.
                Err(_) if self.size == Some(self.offset) => (self.open, self.ended) = (None, true),
                Err(error) => self.broken(Failure::from_client(&error)).await?,
            }
        }
        Ok(None)
    }

    /// Whether there is more to come.
    fn is_short(&self) -> bool {
        self.repeated > 0 || self.size.is_some_and(|size| self.offset < size)
    }

    /// Waits before the next try, or gives up.
    async fn broken(&mut self, failure: Failure) -> Result<(), RegistryError> {
        self.open = None;
        self.fruitless += 1;
        let retries = self.shared.exchange.retries;
        self.attempts.tries = self.attempts.tries.max(self.fruitless);
        if !failure.passing || self.fruitless > retries.most {
            return Err(self.attempts.error(failure));
        }
        let pause = retries.pause(self.fruitless);
        tracing::debug!(url = %self.url.path(), offset = self.offset, "a blob broke off; asking for the rest");
        add(&self.shared.host.counters.retries, 1);
        tokio::time::sleep(pause / 2 + jitter(pause / 2)).await;
        Ok(())
    }

    async fn resume(&mut self) -> Result<(), RegistryError> {
        let answer = open_blob(&self.shared, &self.url, self.offset).await?;
        self.repeated = match answer.status {
            StatusCode::PARTIAL_CONTENT => {
                let range = answer.header(CONTENT_RANGE.as_str()).unwrap_or_default();
                if first_byte(range) != Some(self.offset) {
                    let message = format!("asked for the bytes from {}, got '{range}'", self.offset);
                    return Err(answer.fail(ErrorKind::Protocol(crate::quoted::quoted(&message))));
                }
                0
            }
            _ => self.offset,
        };
        self.open = answer.rest;
        Ok(())
    }
}

/// `bytes 100-199/200` (RFC 9110, 14.4).
fn first_byte(range: &str) -> Option<u64> {
    range.trim().strip_prefix("bytes ")?.split('-').next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_ranges() {
        assert_eq!(first_byte("bytes 100-199/200"), Some(100));
        assert_eq!(first_byte("bytes 0-1/*"), Some(0));
        assert_eq!(first_byte("bytes */200"), None);
        assert_eq!(first_byte(""), None);
    }
}
