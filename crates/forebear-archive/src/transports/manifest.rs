//! `manifest:`: a bare manifest. It names its config and does not hold it: its
//! identity is its own digest until an index knows that config.

use std::path::{Path, PathBuf};

use forebear_image::descend::EntryKind;
use forebear_image::{Image, ManifestDigest, ManifestFacts, Platform, manifest, schema1};

use crate::error::Problem;
use crate::instead;
use crate::kind::{Contents, Kind, Takes};
use crate::local_image::LocalImage;
use crate::source::document;

pub(super) static MANIFEST: Kind = Kind { name: "manifest", takes: Takes::File, chosen_by: None, open };

fn open(path: &Path, _: Option<&str>) -> Result<Box<dyn Contents>, Problem> {
    Ok(Box::new(Manifest(path.to_owned())))
}

#[derive(Debug)]
struct Manifest(PathBuf);

impl Contents for Manifest {
    fn image(&self, _: Option<&Platform>) -> Result<LocalImage, Problem> {
        let bytes = document(&self.0)?;
        let digest = schema1::digest(&bytes).unwrap_or_else(|| ManifestDigest::of(&bytes));
        let instead = || instead::of_document(&bytes, &self.0, MANIFEST.name).map(Problem::Instead);
        let facts = manifest::parse(&bytes, None).map_err(|error| instead().unwrap_or(error.into()))?;
        match facts {
            ManifestFacts::Image(manifest) => {
                let image = Image::from_manifest(Some(digest), &manifest, None);
                Ok(LocalImage { known_by: vec![manifest.config.0, digest.0], ..LocalImage::of(None, image) })
            }
            ManifestFacts::Schema1 { layers, config } => {
                Ok(LocalImage::of(None, Image::from_schema1(Some(digest), &layers, &config)))
            }
            // What scanners report has an `ArtifactType` too.
            ManifestFacts::Artifact { artifact_type } => Err(instead().unwrap_or(Problem::NotAnImage(artifact_type))),
            ManifestFacts::Attestation { .. } => Err(Problem::NotAnImage("an attestation".to_owned())),
            ManifestFacts::Index { children, .. } => {
                let offered = children
                    .iter()
                    .filter(|child| EntryKind::of(child).may_lead_to_image())
                    .map(|child| child.platform.as_ref().map_or_else(|| child.digest.to_string(), ToString::to_string));
                let offered = offered.collect::<Vec<_>>().join(", ");
                Err(Problem::NotAnImage(format!("an index of {offered}; give the manifest of one platform")))
            }
        }
    }
}
