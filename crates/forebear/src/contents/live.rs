//! A registry that is asked now, from code that waits for each answer.

use std::io::{self, Read};

use bytes::{Buf as _, Bytes};
use forebear_content::{Documents, Flaw, StatedLayer, Tree, What, walk};
use forebear_image::{ChildManifest, ConfigDigest, Digest, ManifestDigest, Reference};
use forebear_registry::{BlobStream, CONFIG_CAP, ErrorKind, ManifestName, Registry, RegistryError, RegistryOptions};
use tokio::runtime::Runtime;

use crate::common::Common;
use crate::locate;

use super::LayerStream;

/// An image in a registry.
#[derive(Debug)]
pub(crate) struct Live {
    pub(crate) reference: Reference,
    pub(crate) registry: Registry,
    runtime: Runtime,
}

impl Live {
    /// Prepares to ask; sends nothing.
    pub(crate) fn open(common: &Common, reference: &str) -> anyhow::Result<Self> {
        let reference: Reference = reference.parse()?;
        let mut options = RegistryOptions::new(reference.repository.registry.clone());
        options.plain_http = common.plain_http;
        let registry = Registry::new(options)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(Self { reference, registry, runtime })
    }

    /// Waits for an answer.
    pub(crate) fn wait<T>(&self, answer: impl Future<Output = T>) -> T {
        self.runtime.block_on(answer)
    }

    pub(super) fn tree(&self, common: &Common) -> anyhow::Result<Tree> {
        let repository = &self.reference.repository;
        let root = self.wait(self.registry.get_manifest(repository, ManifestName::from(&self.reference)));
        let documents = Asked { live: self, common };
        match root {
            Ok(root) => walk(root.bytes.to_vec(), Some(root.digest.0), &documents),
            Err(error) => match flaw(error)? {
                // Without a root there is no image to find flaws in.
                Flaw::Missing => anyhow::bail!("{} has no {}", self.registry.base_url(), self.reference),
                flaw => {
                    let digest = self.reference.digest.map(|digest| digest.0);
                    let root =
                        forebear_content::Document { what: What::Manifest, digest, size: None, flaws: vec![flaw] };
                    Ok(Tree { documents: vec![root], ..Tree::default() })
                }
            },
        }
    }

    pub(super) fn layer(&self, layer: &StatedLayer) -> anyhow::Result<Option<LayerStream<'_>>> {
        let Some(digest) = layer.expected.blob else { return Ok(None) };
        match self.wait(self.registry.get_blob(&self.reference.repository, digest)) {
            Ok(stream) => {
                let size = stream.size().or(layer.expected.size);
                let reader = Reader { live: self, stream, rest: Bytes::new() };
                Ok(Some(LayerStream { stream: Box::new(reader), size }))
            }
            Err(error) if *error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// What an error says of the image; an error again where it says nothing.
fn flaw(error: RegistryError) -> anyhow::Result<Flaw> {
    Ok(match error.kind() {
        ErrorKind::NotFound => Flaw::Missing,
        ErrorKind::DigestMismatch { expected, actual } => Flaw::Digest { expected: *expected, actual: *actual },
        ErrorKind::TooLarge { .. } => Flaw::Unreadable(error.to_string()),
        _ => return Err(error.into()),
    })
}

/// Documents of a repository. The client has compared them already.
struct Asked<'a> {
    live: &'a Live,
    common: &'a Common,
}

impl Documents for Asked<'_> {
    type Error = anyhow::Error;

    fn document(&self, what: What, digest: &Digest) -> anyhow::Result<Result<Vec<u8>, Flaw>> {
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

    fn choose(&self, children: Vec<ChildManifest>) -> anyhow::Result<ChildManifest> {
        let by_digest = self.live.reference.digest.is_some();
        locate::choose(children, self.common.platform.as_ref(), by_digest, &self.live.reference)
    }
}

/// A blob for code that reads.
struct Reader<'a> {
    live: &'a Live,
    stream: BlobStream,
    rest: Bytes,
}

impl Read for Reader<'_> {
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
