//! A form that has been opened, for its image and its blobs.

use std::path::PathBuf;

use forebear_content::{StatedLayer, Tree};
use forebear_image::Platform;

use crate::error::{ArchiveError, Problem};
use crate::files::{Files as _, Opened};
use crate::folder::Folder;
use crate::form::Form;
use crate::tarball::Tarball;
use crate::{LocalImage, docker_archive, json, layout};

/// An opened form. Blobs of one may be read on several threads.
#[derive(Debug)]
pub struct Archive {
    path: PathBuf,
    form: Form,
    held: Held,
}

/// Where its files lie.
#[derive(Debug)]
enum Held {
    Tar(Tarball),
    Folder(Folder),
    Document,
}

impl Archive {
    /// Opens a form; of a tar its table of contents is read.
    ///
    /// # Errors
    /// [`ArchiveError`] when it cannot be read.
    pub fn open(form: &Form) -> Result<Self, ArchiveError> {
        let held = match form {
            Form::DockerArchive { file, .. } | Form::OciArchive { file, .. } => Held::Tar(Tarball::open(file)?),
            Form::OciLayout { folder, .. } | Form::Dir { folder } => Held::Folder(Folder::open(folder)?),
            Form::Inspect { .. } | Form::Manifest { .. } => Held::Document,
        };
        Ok(Self { path: form.path().to_owned(), form: form.clone(), held })
    }

    /// Reads its image; see [`crate::read`].
    ///
    /// # Errors
    /// [`ArchiveError`] saying what was looked for in which file, and what to do.
    pub fn image(&self, platform: Option<&Platform>) -> Result<LocalImage, ArchiveError> {
        self.blame(match (&self.form, &self.held) {
            (Form::DockerArchive { reference, .. }, Held::Tar(tar)) => docker_archive::read(tar, reference.as_deref()),
            (Form::OciArchive { tag, .. }, Held::Tar(tar)) => layout::read(tar, tag.as_deref(), platform),
            (Form::OciLayout { tag, .. }, Held::Folder(folder)) => layout::read(folder, tag.as_deref(), platform),
            (Form::Inspect { file }, _) => json::read_inspect(file),
            (Form::Manifest { file }, _) => json::read_manifest(file),
            (_, Held::Folder(folder)) => layout::read_dir(folder, platform),
            _ => Err(Problem::NoBlobs),
        })
    }

    /// Reads its documents, comparing each with what names it, down to its
    /// layers.
    ///
    /// # Errors
    /// [`ArchiveError`] when there is no image to begin with, or a form that
    /// holds no blobs.
    pub fn tree(&self, platform: Option<&Platform>) -> Result<Tree, ArchiveError> {
        self.blame(match (&self.form, &self.held) {
            (Form::DockerArchive { reference, .. }, Held::Tar(tar)) => docker_archive::tree(tar, reference.as_deref()),
            (Form::OciArchive { tag, .. }, Held::Tar(tar)) => layout::tree(tar, tag.as_deref(), platform),
            (Form::OciLayout { tag, .. }, Held::Folder(folder)) => layout::tree(folder, tag.as_deref(), platform),
            (_, Held::Folder(folder)) => layout::tree_of_dir(folder, platform),
            _ => Err(Problem::NoBlobs),
        })
    }

    /// Opens a layer of [`Archive::tree`]; `None` when it is not there.
    ///
    /// # Errors
    /// [`ArchiveError`] when it cannot be read.
    pub fn layer(&self, layer: &StatedLayer) -> Result<Option<Opened>, ArchiveError> {
        let blob = layer.expected.blob;
        self.blame(match (&self.form, &self.held, &layer.file, blob) {
            (Form::DockerArchive { .. }, Held::Tar(tar), Some(file), _) => tar.open(file),
            (Form::OciArchive { .. }, Held::Tar(tar), _, Some(blob)) => layout::open_blob(tar, blob),
            (Form::OciLayout { .. }, Held::Folder(folder), _, Some(blob)) => layout::open_blob(folder, blob),
            (Form::Dir { .. }, Held::Folder(folder), _, Some(blob)) => layout::open_in_dir(folder, blob),
            _ => Ok(None),
        })
    }

    fn blame<T>(&self, result: Result<T, Problem>) -> Result<T, ArchiveError> {
        result.map_err(|problem| ArchiveError { path: self.path.clone(), problem })
    }
}
