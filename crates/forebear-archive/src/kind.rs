//! What a transport is, and what it does once it is opened.

use std::fmt::Debug;
use std::path::Path;

use forebear_content::{StatedLayer, Tree};
use forebear_image::Platform;

use crate::error::Problem;
use crate::files::Opened;
use crate::local_image::LocalImage;

/// A transport: how its text is read and how it is opened.
#[derive(Debug)]
pub(crate) struct Kind {
    /// What its texts begin with, before the first colon.
    pub(crate) name: &'static str,
    /// What its path leads to.
    pub(crate) takes: Takes,
    /// What may follow the path after another colon, to say which of several images, as
    /// the help calls it: `TAG`.
    pub(crate) chosen_by: Option<&'static str>,
    /// Opens the file or folder.
    pub(crate) open: Open,
}

/// What a path leads to. An archive that was unpacked counts as the file it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// A file, or standard input.
    File,
    /// A folder.
    Folder,
}

/// Opens a file or folder, for its image or that of this name; of a tar the
/// table of contents is read.
type Open = fn(&Path, Option<&str>) -> Result<Box<dyn Contents>, Problem>;

/// What an opened file or folder holds. Blobs may be read on several threads.
pub(crate) trait Contents: Debug + Send + Sync {
    /// Reads the image.
    fn image(&self, platform: Option<&Platform>) -> Result<LocalImage, Problem>;

    /// Reads the documents, comparing each with what names it, down to the
    /// layers.
    fn tree(&self, _platform: Option<&Platform>) -> Result<Tree, Problem> {
        Err(Problem::NoBlobs)
    }

    /// Opens a layer of the tree; `None` when it is not there.
    fn layer(&self, _layer: &StatedLayer) -> Result<Option<Opened>, Problem> {
        Ok(None)
    }
}
