//! A registry that is asked now.

use std::io::{self, Read};
use std::sync::Arc;

use bytes::{Buf as _, Bytes};
use forebear_content::{Document, Documents, Flaw, StatedLayer, Tree, What, walk};
use forebear_image::{ChildManifest, ConfigDigest, Digest, ManifestDigest, Reference};
use forebear_registry::{BlobStream, CONFIG_CAP, ErrorKind, ManifestName, Registry, RegistryError};
use tokio::runtime::Handle;

use crate::choose::choose;
use crate::error::AskError;
use crate::options::AskOptions;

use super::stream::LayerStream;

/// An image in a registry.
#[derive(Debug)]
pub(crate) struct Live {
    pub(crate) reference: Reference,
    pub(crate) registry: Registry,
    /// Of the runtime that does the waiting, for code that blocks.
    handle: Handle,
}

impl Live {
    /// Prepares to ask; sends nothing.
    pub(super) async fn open(options: &AskOptions, reference: &Reference) -> Result<Self, AskError> {
        let registry = options.registries.registry(&reference.repository.registry).await?;
        Ok(Self { reference: reference.clone(), registry, handle: Handle::current() })
    }

    /// Blocks until there is an answer.
    fn wait<T>(&self, answer: impl Future<Output = T>) -> T {
        self.handle.block_on(answer)
    }

    pub(super) fn tree(&self, options: &AskOptions) -> Result<Tree, AskError> {
        let repository = &self.reference.repository;
        let root = self.wait(self.registry.get_manifest(repository, ManifestName::from(&self.reference)));
        let documents = InRegistry { live: self, options };
        match root {
            Ok(root) => walk(root.bytes.to_vec(), Some(root.digest.0), &documents),
            Err(error) => match flaw(error)? {
                // Without a root there is no image to find flaws in.
                Flaw::Missing => Err(AskError::NotInRegistry {
                    registry: self.registry.base_url().to_owned(),
                    reference: self.reference.to_string(),
                }),
                flaw => {
                    let digest = self.reference.digest.map(|digest| digest.0);
                    let root = Document { what: What::Manifest, digest, size: None, flaws: vec![flaw] };
                    Ok(Tree { documents: vec![root], ..Tree::default() })
                }
            },
        }
    }

    pub(super) fn layer(self: &Arc<Self>, layer: &StatedLayer) -> Result<Option<LayerStream>, AskError> {
        let Some(digest) = layer.expected.blob else { return Ok(None) };
        match self.wait(self.registry.get_blob(&self.reference.repository, digest)) {
            Ok(stream) => {
                let size = stream.size().or(layer.expected.size);
                let reader = BlobReader { live: Arc::clone(self), stream, rest: Bytes::new() };
                Ok(Some(LayerStream { stream: Box::new(reader), size }))
            }
            Err(error) if *error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// What an error says of the image; an error again where it says nothing.
fn flaw(error: RegistryError) -> Result<Flaw, AskError> {
    Ok(match error.kind() {
        ErrorKind::NotFound => Flaw::Missing,
        ErrorKind::DigestMismatch { expected, actual } => Flaw::Digest { expected: *expected, actual: *actual },
        ErrorKind::TooLarge { .. } => Flaw::Unreadable(error.to_string()),
        _ => return Err(error.into()),
    })
}

/// Documents of a repository. The client has compared them already.
struct InRegistry<'a> {
    live: &'a Live,
    options: &'a AskOptions,
}

impl Documents for InRegistry<'_> {
    type Error = AskError;

    fn document(&self, what: What, digest: &Digest) -> Result<Result<Vec<u8>, Flaw>, AskError> {
        let Live { reference, registry, .. } = self.live;
        let repository = &reference.repository;
        let found = self.live.wait(async {
            match what {
                What::Config => registry.get_config(repository, ConfigDigest(*digest), CONFIG_CAP).await,
                What::Index | What::Manifest => {
                    let name = ManifestName::Digest(ManifestDigest(*digest));
                    registry.get_manifest(repository, name).await.map(|fetched| fetched.bytes)
                }
            }
        });
        match found {
            Ok(bytes) => Ok(Ok(bytes.to_vec())),
            Err(error) => flaw(error).map(Err),
        }
    }

    fn choose(&self, children: Vec<ChildManifest>) -> Result<ChildManifest, AskError> {
        choose(children, self.options, &self.live.reference)
    }
}

/// A blob for code that reads.
struct BlobReader {
    live: Arc<Live>,
    stream: BlobStream,
    rest: Bytes,
}

impl Read for BlobReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.rest.is_empty() {
            match self.live.wait(self.stream.chunk()).map_err(io::Error::other)? {
                Some(chunk) => self.rest = chunk,
                None => return Ok(0),
            }
        }
        let count = self.rest.len().min(buffer.len());
        self.rest.copy_to_slice(buffer.get_mut(..count).unwrap_or_default());
        Ok(count)
    }
}
