//! The journey itself.

use std::fmt;

use crate::attestation::{self, Claim};
use crate::config::ConfigFacts;
use crate::digest::ManifestDigest;
use crate::facts::{ChildManifest, ImageManifest, LayerDescriptor, ManifestFacts};
use crate::image::Image;

use super::choice::Choice;
use super::descended::Descended;
use super::document::Document;
use super::entry::offered;
use super::error::DescendError;
use super::evidence::Evidence;
use super::kind::DocumentKind;
use super::needs::{Found, Needs};
use super::nesting::MAX_NESTING;
use super::path::Path;

/// Whether a place holds the manifest of this digest and what it is read with.
type Holds<'a> = &'a (dyn Fn(&ManifestDigest) -> bool + Sync);

/// How to go down: which image is meant, and whether its provenance is asked
/// for too.
#[derive(Clone, Copy)]
pub struct Descent<'a> {
    choice: Choice<'a>,
    holds: Option<Holds<'a>>,
    provenance: bool,
}

/// Where a descent stands.
#[derive(Debug)]
pub enum Progress<'a> {
    /// It goes on when it is supplied with this.
    Needs(Needs, Waiting<'a>),
    /// It is over.
    Done(Box<Descended>),
}

/// A descent that waits for a document.
#[derive(Debug)]
pub struct Waiting<'a> {
    descent: Descent<'a>,
    awaited: Box<Awaited>,
}

/// What a descent waits for.
#[derive(Debug)]
enum Awaited {
    Manifest(Path, ManifestDigest),
    Config(Path, ManifestDigest, Box<ImageManifest>),
    Evidence(Box<Descended>, Evidence),
}

impl<'a> Descent<'a> {
    /// Down to the image that `choice` means, and to its provenance.
    #[must_use]
    pub fn new(choice: Choice<'a>) -> Self {
        Self { choice, holds: None, provenance: true }
    }

    /// In a place that may hold less than its indexes list.
    #[must_use]
    pub fn holding(self, holds: Holds<'a>) -> Self {
        Self { holds: Some(holds), ..self }
    }

    /// Without asking for attestations.
    #[must_use]
    pub fn without_provenance(self) -> Self {
        Self { provenance: false, ..self }
    }

    /// Begins at a root document; `digest` is what names it, if anything does.
    #[must_use]
    pub fn from_root(self, digest: Option<ManifestDigest>, root: &Document<'_>) -> Progress<'a> {
        let mut path = Path::default();
        path.visit(DocumentKind::Manifest, digest.map(|digest| digest.0), None);
        path.received(root);
        self.manifest(path, digest, root)
    }

    /// Begins at an entry of a list of images under names, as an OCI layout's
    /// `index.json` is: it does not count as an index. `listed` are all of its
    /// entries.
    #[must_use]
    pub fn from_entry(self, entry: ChildManifest, listed: &[ChildManifest]) -> Progress<'a> {
        self.enter(Path::beside(attestation::claims(listed)), entry)
    }

    fn enter(self, mut path: Path, entry: ChildManifest) -> Progress<'a> {
        let digest = entry.digest;
        path.entry = Some(entry);
        self.wait(Needs::Manifest(digest), Awaited::Manifest(path, digest))
    }

    fn wait(self, needs: Needs, awaited: Awaited) -> Progress<'a> {
        Progress::Needs(needs, Waiting { descent: self, awaited: Box::new(awaited) })
    }

    fn manifest(self, path: Path, named: Option<ManifestDigest>, document: &Document<'_>) -> Progress<'a> {
        let (digest, facts) = match document.parse_manifest(named) {
            Ok(read) => read,
            Err(error) => return over(path.failed(error)),
        };
        match facts {
            ManifestFacts::Index { children, .. } => self.index(path, children),
            ManifestFacts::Image(manifest) => {
                let needs = Needs::Config { digest: manifest.config, size: manifest.config_size };
                self.wait(needs, Awaited::Config(path, digest, Box::new(manifest)))
            }
            ManifestFacts::Schema1 { layers, config } => {
                let image = Image::from_schema1(Some(digest), &layers, &config);
                self.image(path, image, layers, *config)
            }
            ManifestFacts::Artifact { artifact_type } => over(path.failed(DescendError::NotAnImage(artifact_type))),
            // Parsing a manifest gives no such facts: what it states stands in another document.
            ManifestFacts::Attestation { .. } => {
                over(path.failed(DescendError::NotAnImage("an attestation".to_owned())))
            }
        }
    }

    fn index(self, mut path: Path, children: Vec<ChildManifest>) -> Progress<'a> {
        path.is_index();
        if path.depth >= MAX_NESTING {
            return over(path.failed(DescendError::TooDeep));
        }
        path.depth += 1;
        path.claims = attestation::claims(&children);
        let mut entries = offered(children);
        let held = |entry: &ChildManifest| self.holds.is_none_or(|holds| holds(&entry.digest));
        match self.choice.among_held(&entries, |entry| entry.platform.as_ref(), held) {
            Ok(at) => {
                let entry = entries.swap_remove(at);
                self.enter(path, entry)
            }
            Err(error) => over(path.failed(error.into())),
        }
    }

    fn config(self, mut path: Path, digest: ManifestDigest, manifest: ImageManifest, found: Found<'_>) -> Progress<'a> {
        let (named, size) = (manifest.config, manifest.config_size);
        let opened = path.open(DocumentKind::Config, named.0, Some(size), found);
        match opened.and_then(|document| document.parse_config(named)) {
            Ok(config) => {
                let image = Image::from_manifest(Some(digest), &manifest, Some(&config));
                self.image(path, image, manifest.layers, config)
            }
            Err(error) => over(path.ended(Err(error), manifest.layers, None)),
        }
    }

    /// An image was reached.
    fn image(self, path: Path, mut image: Image, layers: Vec<LayerDescriptor>, config: ConfigFacts) -> Progress<'a> {
        if let Some(entry) = &path.entry {
            image.declare_from(&entry.annotations);
            entry.platform.iter().for_each(|platform| image.set_platform(platform));
        }
        if let (Some(wanted), Some(own)) = (self.choice.wanted, &image.platform)
            && own.fit(wanted).is_none()
        {
            let (own, wanted) = (Box::new(own.clone()), Box::new(wanted.clone()));
            return over(path.ended(Err(DescendError::OtherPlatform { own, wanted }), layers, Some(config)));
        }
        let about = |claim: &&Claim| self.provenance && Some(claim.subject) == image.manifest_digest;
        let evidence = Evidence::of(path.claims.iter().filter(about).copied());
        self.evidence(Box::new(path.ended(Ok(image), layers, Some(config))), evidence)
    }

    /// What is found beside the image is added when all of it was asked for.
    fn evidence(self, mut descended: Box<Descended>, evidence: Evidence) -> Progress<'a> {
        match evidence.needs() {
            Some(needs) => self.wait(needs, Awaited::Evidence(descended, evidence)),
            None => {
                evidence.add_to(&mut descended);
                Progress::Done(descended)
            }
        }
    }
}

fn over<'a>(descended: Descended) -> Progress<'a> {
    Progress::Done(Box::new(descended))
}

impl<'a> Waiting<'a> {
    /// Goes on with what became of the document that was needed.
    #[must_use]
    pub fn supply(self, found: Found<'_>) -> Progress<'a> {
        let Self { descent, awaited } = self;
        match *awaited {
            Awaited::Manifest(mut path, digest) => match path.open(DocumentKind::Manifest, digest.0, None, found) {
                Ok(document) => descent.manifest(path, Some(digest), &document),
                Err(error) => over(path.failed(error)),
            },
            Awaited::Config(path, digest, manifest) => descent.config(path, digest, *manifest, found),
            Awaited::Evidence(descended, mut evidence) => {
                evidence.supply(found);
                descent.evidence(descended, evidence)
            }
        }
    }
}

impl<'a> Progress<'a> {
    /// Goes on to the end, in a place that answers at once.
    ///
    /// # Errors
    /// Those of `find`, which end the descent.
    pub fn finish<'f, E>(self, mut find: impl FnMut(&Needs) -> Result<Found<'f>, E>) -> Result<Descended, E> {
        let mut progress = self;
        loop {
            match progress {
                Self::Needs(needs, waiting) => progress = waiting.supply(find(&needs)?),
                Self::Done(descended) => return Ok(*descended),
            }
        }
    }
}

impl fmt::Debug for Descent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { choice, holds, provenance } = self;
        let mut shown = f.debug_struct("Descent");
        shown.field("choice", choice).field("holds", &holds.is_some()).field("provenance", provenance).finish()
    }
}
