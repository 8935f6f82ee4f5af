//! A local form that has been opened, for its image and its blobs.

use std::path::PathBuf;

use forebear_content::{StatedLayer, Tree};
use forebear_image::Platform;

use crate::error::{ArchiveError, Problem};
use crate::files::Opened;
use crate::kind::Contents;
use crate::local_image::LocalImage;
use crate::transport::Transport;

/// An opened form. Blobs of one may be read on several threads.
#[derive(Debug)]
pub struct Archive {
    path: PathBuf,
    contents: Box<dyn Contents>,
}

impl Archive {
    /// Opens a form; of a tar its table of contents is read.
    ///
    /// # Errors
    /// [`ArchiveError`] when it cannot be read.
    pub fn open(transport: &Transport) -> Result<Self, ArchiveError> {
        let path = transport.path().to_owned();
        match (transport.kind.open)(&path, transport.name()) {
            Ok(contents) => Ok(Self { path, contents }),
            Err(problem) => Err(ArchiveError { path, problem }),
        }
    }

    /// Reads its image. `platform` chooses where an index offers several; where
    /// it is `None`, the only one that is there is meant, else linux/amd64.
    ///
    /// # Errors
    /// [`ArchiveError`] saying what was looked for in which file, and what to do.
    pub fn image(&self, platform: Option<&Platform>) -> Result<LocalImage, ArchiveError> {
        self.blame(self.contents.image(platform).and_then(|found| match (platform, &found.image.platform) {
            (Some(wanted), Some(own)) if own.fit(wanted).is_none() => {
                Err(Problem::OtherPlatform { own: Box::new(own.clone()), wanted: Box::new(wanted.clone()) })
            }
            _ => Ok(found),
        }))
    }

    /// Reads its documents, comparing each with what names it, down to its
    /// layers; of several images the one that [`Archive::image`] reads.
    ///
    /// # Errors
    /// [`ArchiveError`] when there is no image to begin with, or a form that
    /// holds no blobs.
    pub fn tree(&self, platform: Option<&Platform>) -> Result<Tree, ArchiveError> {
        self.blame(self.contents.tree(platform))
    }

    /// Opens a layer of [`Archive::tree`]; `None` when it is not there.
    ///
    /// # Errors
    /// [`ArchiveError`] when it cannot be read.
    pub fn layer(&self, layer: &StatedLayer) -> Result<Option<Opened>, ArchiveError> {
        self.blame(self.contents.layer(layer))
    }

    fn blame<T>(&self, result: Result<T, Problem>) -> Result<T, ArchiveError> {
        result.map_err(|problem| ArchiveError { path: self.path.clone(), problem })
    }
}
