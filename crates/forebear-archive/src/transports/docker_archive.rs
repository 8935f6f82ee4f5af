//! `docker-archive:`: what `docker save` writes, as the tar it is or unpacked
//! to a folder.
//!
//! `manifest.json` lists the images: config, tags, layers. The old layout has
//! a folder per layer, the new one is an OCI layout besides; both have this
//! list. In the old layout layers lie uncompressed, so no blob digest is known.
//! Source: moby `image/tarexport/save.go`, go-containerregistry
//! `pkg/v1/tarball/write.go`, containers/image `docker/internal/tarfile/writer.go`.

mod digests;
mod list;

use std::path::Path;

use forebear_content::{Document, Expected, Flaw, StatedLayer, Tree, check_document, read_config};
use forebear_image::descend::{Choice, DocumentKind, Mismatch, Otherwise};
use forebear_image::image::Identity;
use forebear_image::{ConfigDigest, Digest, Image, Platform, config};

use crate::cap::DOCUMENT_CAP;
use crate::error::Problem;
use crate::files::{Files, Opened, required};
use crate::folder::Confined;
use crate::kind::{Contents, Kind, Takes};
use crate::local_image::LocalImage;
use crate::tarball::Tarball;
use digests::{config_named, layer_named};
use list::Item;

pub(super) static DOCKER_ARCHIVE: Kind =
    Kind { name: "docker-archive", takes: Takes::File, chosen_by: Some("REF"), open };

/// The list of images.
const LIST: &str = "manifest.json";

fn open(path: &Path, reference: Option<&str>) -> Result<Box<dyn Contents>, Problem> {
    let files: Box<dyn Files> =
        if path.is_dir() { Box::new(Confined::open(path, LIST)?) } else { Box::new(Tarball::open(path, LIST)?) };
    Ok(Box::new(Saved { files, reference: reference.map(str::to_owned) }))
}

#[derive(Debug)]
struct Saved {
    files: Box<dyn Files>,
    reference: Option<String>,
}

impl Contents for Saved {
    fn image(&self, platform: Option<&Platform>) -> Result<LocalImage, Problem> {
        let item = self.item(platform)?;
        let bytes = self.files.small(&item.config, DOCUMENT_CAP)?;
        let not_held = || Problem::NotHeld { what: "its config".to_owned(), file: item.config.clone() };
        let bytes = bytes.ok_or_else(not_held)?;
        let actual = Digest::sha256(&bytes);
        if let Some(expected) = config_named(&item.config)
            && expected != actual
        {
            return Err(Problem::DigestMismatch {
                what: item.config,
                mismatch: Box::new(Mismatch { expected, actual }),
            });
        }
        let facts = config::parse(&bytes)?;
        let layers = item.layers.len();
        if layers != facts.diff_ids.len() {
            let reason = format!("manifest.json lists {layers} layers and the config {}", facts.diff_ids.len());
            return Err(Problem::document("list of layers", reason));
        }
        let mut image = Image::from_config(&facts);
        image.identity = Some(Identity::Config(ConfigDigest(actual)));
        Ok(LocalImage::of(item.tags.into_iter().next(), image))
    }

    /// The config compared with its name, and the layers as the config states them.
    fn tree(&self, platform: Option<&Platform>) -> Result<Tree, Problem> {
        let item = self.item(platform)?;
        let digest = config_named(&item.config);
        let files = item.layers;
        let mut config = Document { kind: DocumentKind::Config, digest, size: None, flaws: vec![Flaw::Missing] };
        let mut facts = None;
        if let Some(bytes) = self.files.small(&item.config, DOCUMENT_CAP)? {
            config.size = Some(bytes.len() as u64);
            config.flaws = check_document(&bytes, None, digest);
            facts = read_config(&bytes, files.len(), &mut config.flaws);
        }
        let diff_ids = facts.as_ref().map(|facts| facts.diff_ids.as_slice()).unwrap_or_default();
        let layer = |(at, file): (usize, String)| {
            let diff_id = diff_ids.get(at).copied();
            let expected = Expected { blob: layer_named(&file, diff_id), diff_id, ..Expected::default() };
            StatedLayer::new(expected, None, Some(file))
        };
        let layers = files.into_iter().enumerate().map(layer).collect();
        Ok(Tree { documents: vec![config], layers, platform: facts.and_then(|facts| facts.platform) })
    }

    fn layer(&self, layer: &StatedLayer) -> Result<Option<Opened>, Problem> {
        match &layer.file {
            Some(file) => self.files.open(file),
            None => Ok(None),
        }
    }
}

impl Saved {
    /// The image that is meant.
    fn item(&self, platform: Option<&Platform>) -> Result<Item, Problem> {
        let list = required(&*self.files, LIST)?;
        let choice = Choice { wanted: platform, otherwise: Otherwise::Default };
        list::choose(list::parse(&list, LIST)?, self.reference.as_deref(), choice, |item| self.look(item))
    }

    /// What a listed image is for, as its config says; `None` where that is not
    /// there.
    fn look(&self, item: &Item) -> Option<Option<Platform>> {
        let bytes = self.files.small(&item.config, DOCUMENT_CAP).ok()??;
        let is_it = config_named(&item.config).is_none_or(|digest| digest.matches(&bytes));
        Some(is_it.then(|| config::parse(&bytes).ok()?.platform).flatten())
    }
}
