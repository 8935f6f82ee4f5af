//! Documents and blobs that are named by their digests, as in OCI layouts and
//! `dir:` folders.

use forebear_content::{StatedLayer, Tree};
use forebear_image::descend::{
    Choice, Compared, DescendError, Descended, Descent, Document, EntryKind, Found, Needs, Progress,
    has_converted_layers, is_converted,
};
use forebear_image::{ChildManifest, Digest, ManifestDigest, ManifestFacts, Platform, config, manifest};

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

/// What a digest leads to.
enum Looked {
    Missing,
    Broken,
    Read(ManifestFacts),
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

    /// Whether an image's manifest is there, and the config that it is read
    /// with; an index is there when an image that it leads to is.
    pub(crate) fn holds(&self, digest: &ManifestDigest) -> bool {
        match self.look(digest) {
            Looked::Missing => false,
            // What is broken is there, and is told when it is read.
            Looked::Broken => true,
            Looked::Read(ManifestFacts::Image(image)) => {
                self.files.open(&(self.naming)(&image.config.0)).is_ok_and(|config| config.is_some())
            }
            Looked::Read(ManifestFacts::Index { .. } | ManifestFacts::Schema1 { .. }) => true,
            Looked::Read(ManifestFacts::Artifact { .. } | ManifestFacts::Attestation { .. }) => false,
        }
    }

    /// What an entry is where that is no image: by its own word, or by the
    /// document that it leads to where that is there.
    pub(crate) fn what_else(&self, entry: &ChildManifest) -> Option<String> {
        if !EntryKind::of(entry).may_lead_to_image() {
            return Some(format!("{} ({})", entry.media_type, entry.digest));
        }
        match self.look(&entry.digest) {
            Looked::Read(ManifestFacts::Artifact { artifact_type }) => Some(artifact_type),
            Looked::Read(ManifestFacts::Attestation { .. }) => Some("an attestation".to_owned()),
            Looked::Read(ManifestFacts::Index { children, .. })
                if !children.iter().any(|child| EntryKind::of(child).may_lead_to_image()) =>
            {
                Some("an index without images".to_owned())
            }
            Looked::Read(ManifestFacts::Index { .. } | ManifestFacts::Image(_) | ManifestFacts::Schema1 { .. })
            | Looked::Missing
            | Looked::Broken => None,
        }
    }

    /// The platform of an ordinary image that is there: its entry's word, else
    /// its config's.
    pub(crate) fn ordinary(&self, entry: &ChildManifest) -> Option<Platform> {
        let Looked::Read(ManifestFacts::Image(image)) = self.look(&entry.digest) else { return None };
        let types = image.layers.iter().map(|layer| layer.media_type.as_str());
        if is_converted(entry) || has_converted_layers(types) {
            return None;
        }
        if entry.platform.is_some() {
            return entry.platform.clone();
        }
        let bytes = self.document(&image.config.0).ok()??;
        let compared = Compared::with(&bytes, &image.config.0).ok()?;
        config::parse(compared.bytes()).ok()?.platform
    }

    fn look(&self, digest: &ManifestDigest) -> Looked {
        let Ok(Some(bytes)) = self.document(&digest.0) else { return Looked::Missing };
        let Ok(compared) = Compared::with(&bytes, &digest.0) else { return Looked::Broken };
        manifest::parse(compared.bytes(), None).map_or(Looked::Broken, Looked::Read)
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
            DescendError::Missing { kind, digest, platform } => {
                let what = platform.map_or_else(|| format!("the {kind} {digest}"), |platform| platform.to_string());
                Problem::NotHeld { what, file: (self.naming)(&digest) }
            }
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
