//! The journey itself.

use std::fmt;

use crate::attestation::{self, Claim};
use crate::config::ConfigFacts;
use crate::digest::ManifestDigest;
use crate::facts::{ChildManifest, ImageManifest, LayerDescriptor, ManifestFacts};
use crate::image::Image;
use crate::media_type;

use super::choice::Choice;
use super::descended::Descended;
use super::document::Document;
use super::error::DescendError;
use super::evidence::Evidence;
use super::kind::DocumentKind;
use super::needs::{Found, Needs};
use super::nesting::MAX_NESTING;
use super::path::Path;
use super::rank::Rank;
use super::search::{Holds, Reached, Search, Step};

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
    Manifest(Here, ManifestDigest),
    Config(Here, ManifestDigest, Box<ImageManifest>),
    Evidence(Box<Descended>, Evidence),
}

/// Where a descent is, and the search that led there.
#[derive(Debug, Default)]
struct Here {
    path: Path,
    search: Option<Box<Search>>,
    /// Its place in the search.
    at: usize,
    /// Another entry may be meant if this one cannot be read.
    unsure: bool,
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
        let mut here = Here::default();
        here.path.visit(DocumentKind::Manifest, digest.map(|digest| digest.0), None);
        here.path.received(root);
        self.manifest(here, digest, root)
    }

    /// Begins at an entry of a list of images under names, as an OCI layout's
    /// `index.json` is: it does not count as an index. `listed` are all of its
    /// entries.
    #[must_use]
    pub fn from_entry(self, entry: ChildManifest, listed: &[ChildManifest]) -> Progress<'a> {
        let digest = entry.digest;
        let mut path = Path::beside(attestation::claims(listed));
        path.entry = Some(entry);
        self.wait(Needs::Manifest(digest), Awaited::Manifest(Here { path, ..Here::default() }, digest))
    }

    /// As [`Self::from_entry`], at whichever of several entries is meant.
    #[must_use]
    pub fn from_entries(self, entries: Vec<ChildManifest>, listed: &[ChildManifest]) -> Progress<'a> {
        self.into_index(Search::default(), Path::beside(attestation::claims(listed)), None, entries)
    }

    fn wait(self, needs: Needs, awaited: Awaited) -> Progress<'a> {
        Progress::Needs(needs, Waiting { descent: self, awaited: Box::new(awaited) })
    }

    fn manifest(self, mut here: Here, named: Option<ManifestDigest>, document: &Document<'_>) -> Progress<'a> {
        let (digest, facts) = match document.parse_manifest(named) {
            Ok(read) => read,
            Err(error) => return self.failed(here, error),
        };
        here.path.note(digest, &facts);
        match facts {
            ManifestFacts::Index { media_type: _, artifact_type, children, annotations, odd: _ } => {
                here.path.is_index();
                if here.path.depth >= MAX_NESTING {
                    return self.failed(here, DescendError::TooDeep);
                }
                here.path.go_into(&children, annotations);
                let search = here.search.map(|search| *search).unwrap_or_default();
                self.into_index(search, here.path, artifact_type, children)
            }
            ManifestFacts::Image(manifest) => {
                let needs = Needs::Config { digest: manifest.config, size: manifest.config_size };
                self.wait(needs, Awaited::Config(here, digest, Box::new(manifest)))
            }
            ManifestFacts::Schema1 { layers, config } => {
                let image = Image::from_schema1(Some(digest), &layers, &config);
                self.reached(here, image, layers, *config)
            }
            ManifestFacts::Artifact { artifact_type } => self.no_image(here, media_type::called(&artifact_type)),
            // Parsing a manifest gives no such facts: what it states stands in another document.
            ManifestFacts::Attestation { .. } => self.no_image(here, "an attestation".to_owned()),
        }
    }

    /// Goes on among the entries of an index.
    fn into_index(
        self,
        mut search: Search,
        path: Path,
        artifact_type: Option<String>,
        children: Vec<ChildManifest>,
    ) -> Progress<'a> {
        let held = self.holds.filter(|_| self.choice.is_left_to_default());
        search.add(path, artifact_type, children, held);
        self.go_on(search)
    }

    /// Goes on with a search.
    fn go_on(self, mut search: Search) -> Progress<'a> {
        match search.next(self.choice) {
            Step::Read { path, digest, at, unsure } => {
                let here = Here { path: *path, search: Some(Box::new(search)), at, unsure };
                self.wait(Needs::Manifest(digest), Awaited::Manifest(here, digest))
            }
            Step::Chosen(reached) => {
                let Reached { path, image, layers, config, at: _ } = *reached;
                self.image(path, image, layers, config)
            }
            Step::Over(descended) => Progress::Done(descended),
        }
    }

    /// A document cannot be read: another entry may still be meant.
    fn failed(self, here: Here, error: DescendError) -> Progress<'a> {
        self.ended(here.search.filter(|_| here.unsure), here.path.failed(error))
    }

    fn ended(self, search: Option<Box<Search>>, ended: Descended) -> Progress<'a> {
        match search {
            Some(mut search) if !search.is_empty() => {
                search.leave_out(ended);
                self.go_on(*search)
            }
            _ => over(ended),
        }
    }

    /// It leads to no image: an index may list one beside it.
    fn no_image(self, here: Here, what: String) -> Progress<'a> {
        match here.search {
            Some(mut search) if !search.had_one() => {
                search.pass_by(what);
                self.go_on(*search)
            }
            _ => over(here.path.failed(DescendError::NotAnImage(what))),
        }
    }

    fn config(self, mut here: Here, digest: ManifestDigest, manifest: ImageManifest, found: Found<'_>) -> Progress<'a> {
        let (named, size) = (manifest.config, manifest.config_size);
        let opened = here.path.open(DocumentKind::Config, named.0, Some(size), found);
        match opened.and_then(|document| document.parse_config(named)) {
            Ok(config) => {
                let image = Image::from_manifest(Some(digest), &manifest, Some(&config));
                self.reached(here, image, manifest.layers, config)
            }
            Err(error) => {
                let ended = here.path.ended(Err(error), manifest.layers, None);
                self.ended(here.search.filter(|_| here.unsure), ended)
            }
        }
    }

    /// An image was reached. It may be one of several.
    fn reached(self, here: Here, mut image: Image, layers: Vec<LayerDescriptor>, config: ConfigFacts) -> Progress<'a> {
        let Here { path, search, at, .. } = here;
        path.speak_for(&mut image);
        if let Some(mut search) = search {
            search.reach(Reached { path, image, layers, config, at });
            return self.go_on(*search);
        }
        if let (Some(wanted), Some(own)) = (self.choice.wanted, &image.platform)
            && Rank::of_image(path.stated_platform(), Some(own), false, wanted).is_none()
        {
            let (own, wanted) = (Box::new(own.clone()), Box::new(wanted.clone()));
            return over(path.ended(Err(DescendError::OtherPlatform { own, wanted }), layers, Some(config)));
        }
        self.image(path, image, layers, config)
    }

    /// The image that is meant.
    fn image(self, path: Path, image: Image, layers: Vec<LayerDescriptor>, config: ConfigFacts) -> Progress<'a> {
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
    /// Whether the image that is meant may be found without that document, so
    /// that it need not end the descent where it cannot be had.
    #[must_use]
    pub fn may_do_without(&self) -> bool {
        match &*self.awaited {
            Awaited::Manifest(here, _) | Awaited::Config(here, ..) => {
                here.unsure && here.search.as_ref().is_some_and(|search| !search.is_empty())
            }
            Awaited::Evidence(..) => true,
        }
    }

    /// Goes on with what became of the document that was needed.
    #[must_use]
    pub fn supply(self, found: Found<'_>) -> Progress<'a> {
        let Self { descent, awaited } = self;
        match *awaited {
            Awaited::Manifest(mut here, digest) => {
                match here.path.open(DocumentKind::Manifest, digest.0, None, found) {
                    Ok(document) => descent.manifest(here, Some(digest), &document),
                    Err(error) => descent.failed(here, error),
                }
            }
            Awaited::Config(here, digest, manifest) => descent.config(here, digest, *manifest, found),
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
