//! A registry that is asked now.

use std::io::{self, Read};
use std::sync::Arc;

use bytes::{Buf as _, Bytes};
use forebear_content::{Flaw, StatedLayer, Tree};
use forebear_image::Reference;
use forebear_image::descend::{Choice, DescendError, Descent, Document, DocumentKind, Found, Needs, Otherwise};
use forebear_image::provenance::STATEMENT_CAP;
use forebear_registry::{BlobStream, CONFIG_CAP, ErrorKind, FetchedManifest, ManifestName, Registry, RegistryError};
use tokio::runtime::Handle;

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

    /// Which image is meant of several: whoever asks by digest means one, and
    /// has to say which.
    pub(crate) fn choice<'a>(&self, options: &'a AskOptions) -> Choice<'a> {
        let otherwise = if self.reference.digest.is_some() { Otherwise::Nothing } else { Otherwise::Default };
        Choice { wanted: options.platform.as_ref(), otherwise }
    }

    pub(super) fn tree(&self, options: &AskOptions) -> Result<Tree, AskError> {
        let repository = &self.reference.repository;
        let root = self.wait(self.registry.get_manifest(repository, ManifestName::from(&self.reference)));
        match root {
            Ok(root) => self.tree_of(options, &root),
            Err(error) => match flaw(error)? {
                // Without a root there is no image to find flaws in.
                Flaw::Missing => Err(AskError::NotInRegistry {
                    registry: self.registry.base_url().to_owned(),
                    reference: self.reference.to_string(),
                }),
                flaw => {
                    let digest = self.reference.digest.map(|digest| digest.0);
                    let kind = DocumentKind::Manifest;
                    let root = forebear_content::Document { kind, digest, size: None, flaws: vec![flaw] };
                    Ok(Tree { documents: vec![root], ..Tree::default() })
                }
            },
        }
    }

    fn tree_of(&self, options: &AskOptions, root: &FetchedManifest) -> Result<Tree, AskError> {
        let document = Document::compared(root.bytes.as_ref()).of_type(root.content_type.as_deref());
        let progress = Descent::new(self.choice(options)).without_provenance().from_root(Some(root.digest), &document);
        let descended = progress.finish(|needs| self.find(needs))?;
        Tree::of(descended)
            .map_err(|error| AskError::descend(&self.reference.to_string(), DescendError::NotChosen(error)))
    }

    /// A document of the image. The client has compared it already.
    fn find(&self, needs: &Needs) -> Result<Found<'static>, AskError> {
        let (registry, repository) = (&self.registry, &self.reference.repository);
        let found = self.wait(async {
            match *needs {
                Needs::Manifest(digest) | Needs::Attestation(digest) => {
                    registry.get_manifest(repository, ManifestName::Digest(digest)).await.map(|fetched| fetched.bytes)
                }
                Needs::Config { digest, .. } => registry.get_config(repository, digest, CONFIG_CAP).await,
                Needs::Statement(digest) => registry.get_small_blob(repository, digest, STATEMENT_CAP).await,
            }
        });
        Ok(match found {
            Ok(bytes) => Found::Document(Document::compared(bytes.to_vec())),
            Err(error) => match *error.kind() {
                ErrorKind::NotFound => Found::Missing,
                ErrorKind::DigestMismatch { actual, .. } => Found::Other { actual },
                ErrorKind::TooLarge { .. } => Found::Unreadable(Box::new(error)),
                _ => return Err(error.into()),
            },
        })
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
