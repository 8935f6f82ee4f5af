//! Documents and blobs that are named by their digests, as in OCI layouts and
//! `dir:` folders.

use forebear_content::{StatedLayer, Tree};
use forebear_image::descend::{Choice, Compared, DescendError, Descended, Descent, Document, Found, Needs, Progress};
use forebear_image::{Digest, ManifestDigest, ManifestFacts, manifest};

use crate::cap::DOCUMENT_CAP;
use crate::error::Problem;
use crate::files::{Files, Opened};
use crate::local_image::LocalImage;

/// Files of a folder or tar whose names are made of digests.
#[derive(Debug)]
pub(crate) struct ByDigest<F> {
    pub(crate) files: F,
    /// How a digest becomes a file's name.
    pub(crate) naming: fn(&Digest) -> String,
}

impl<F: Files> ByDigest<F> {
    /// The image at the end of the way that is begun.
    pub(crate) fn image(
        &self,
        choice: Choice<'_>,
        begin: impl for<'d> FnOnce(Descent<'d>) -> Progress<'d>,
    ) -> Result<LocalImage, Problem> {
        let held = |digest: &ManifestDigest| self.holds(digest);
        let Descended { image, notes, .. } = self.finish(begin(Descent::new(choice).holding(&held)))?;
        let image = image.map_err(|error| self.problem(error))?;
        Ok(LocalImage { notes, ..LocalImage::of(None, image) })
    }

    /// The hash tree along the way that is begun.
    pub(crate) fn tree(
        &self,
        choice: Choice<'_>,
        begin: impl for<'d> FnOnce(Descent<'d>) -> Progress<'d>,
    ) -> Result<Tree, Problem> {
        let held = |digest: &ManifestDigest| self.holds(digest);
        let descent = Descent::new(choice).holding(&held).without_provenance();
        Ok(Tree::of(self.finish(begin(descent))?)?)
    }

    /// Opens a layer's blob.
    pub(crate) fn layer(&self, layer: &StatedLayer) -> Result<Option<Opened>, Problem> {
        match layer.expected.blob {
            Some(blob) => self.files.open(&(self.naming)(&blob.0)),
            None => Ok(None),
        }
    }

    /// Whether a manifest is there, and the config that it is read with.
    pub(crate) fn holds(&self, digest: &ManifestDigest) -> bool {
        let Ok(Some(bytes)) = self.document(&digest.0) else { return false };
        // What is broken is there, and is told when it is read.
        let Ok(compared) = Compared::with(&bytes, &digest.0) else { return true };
        match manifest::parse(compared.bytes(), None) {
            Ok(ManifestFacts::Image(image)) => {
                self.files.open(&(self.naming)(&image.config.0)).is_ok_and(|config| config.is_some())
            }
            Ok(
                ManifestFacts::Index { .. }
                | ManifestFacts::Schema1 { .. }
                | ManifestFacts::Artifact { .. }
                | ManifestFacts::Attestation { .. },
            )
            | Err(_) => true,
        }
    }

    fn finish(&self, progress: Progress<'_>) -> Result<Descended, Problem> {
        progress.finish(|needs| {
            Ok(match self.document(&needs.digest()) {
                Ok(Some(bytes)) => Found::Document(Document::raw(bytes)),
                Ok(None) => Found::Missing,
                Err(problem @ Problem::TooLarge { .. }) => Found::Unreadable(Box::new(problem)),
                Err(problem) => match needs {
                    Needs::Manifest(_) | Needs::Config { .. } => return Err(problem),
                    // The image stands without it.
                    Needs::Attestation(_) | Needs::Statement(_) => Found::Unreadable(Box::new(problem)),
                },
            })
        })
    }

    /// Of a copied index `dir:` keeps manifests as `<hex>.manifest.json`.
    fn document(&self, digest: &Digest) -> Result<Option<Vec<u8>>, Problem> {
        let name = (self.naming)(digest);
        match self.files.small(&name, DOCUMENT_CAP)? {
            None => self.files.small(&format!("{name}.manifest.json"), DOCUMENT_CAP),
            found => Ok(found),
        }
    }

    /// Why no image was reached, by the names of files.
    fn problem(&self, error: DescendError) -> Problem {
        match error {
            DescendError::Missing { digest, .. } => Problem::Missing((self.naming)(&digest)),
            DescendError::Mismatch { kind, mismatch } => Problem::DigestMismatch { what: kind.to_string(), mismatch },
            DescendError::Unreadable { kind, source, .. } => match source.downcast::<Problem>() {
                Ok(problem) => *problem,
                Err(source) => Problem::Document { what: kind.to_string(), source },
            },
            DescendError::Manifest { source, .. } => source.into(),
            DescendError::Config { source, .. } => source.into(),
            DescendError::NotAnImage(what) => Problem::NotAnImage(what),
            error @ DescendError::TooDeep => Problem::document("index", error),
            DescendError::NotChosen(error) => error.into(),
            DescendError::OtherPlatform { own, wanted } => Problem::OtherPlatform { own, wanted },
        }
    }
}
