//! `docker-archive:`: what `docker save` writes, as the tar it is or unpacked
//! to a folder.
//!
//! `manifest.json` lists the images: config, tags, layers. The old layout has
//! a folder per layer, the new one is an OCI layout besides; both have this
//! list. Layers lie there uncompressed, so no blob digest is known.
//! Source: moby `image/tarexport/save.go`.

use std::path::Path;

use forebear_content::{Document, Expected, Flaw, StatedLayer, Tree, check_document, read_config};
use forebear_image::descend::{DocumentKind, Mismatch};
use forebear_image::image::Identity;
use forebear_image::{BlobDigest, ConfigDigest, Digest, Image, Platform, Reference, config, json};
use serde::Deserialize;

use crate::cap::DOCUMENT_CAP;
use crate::error::Problem;
use crate::files::{Files, Opened, required};
use crate::folder::Confined;
use crate::kind::{Contents, Kind};
use crate::local_image::LocalImage;
use crate::offered::offered;
use crate::tarball::Tarball;

pub(super) static DOCKER_ARCHIVE: Kind = Kind { name: "docker-archive", takes_name: true, open };

fn open(path: &Path, reference: Option<&str>) -> Result<Box<dyn Contents>, Problem> {
    let files: Box<dyn Files> =
        if path.is_dir() { Box::new(Confined::open(path)?) } else { Box::new(Tarball::open(path)?) };
    Ok(Box::new(Saved { files, reference: reference.map(str::to_owned) }))
}

#[derive(Debug)]
struct Saved {
    files: Box<dyn Files>,
    reference: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Item {
    config: String,
    repo_tags: Option<Vec<String>>,
    layers: Option<Vec<String>>,
}

impl Contents for Saved {
    fn image(&self, _: Option<&Platform>) -> Result<LocalImage, Problem> {
        let item = self.item()?;
        let bytes = self.files.small(&item.config, DOCUMENT_CAP)?;
        let bytes = bytes.ok_or_else(|| Problem::Missing(item.config.clone()))?;
        let actual = Digest::sha256(&bytes);
        if let Some(expected) = named(&item.config)
            && expected != actual
        {
            return Err(Problem::DigestMismatch {
                what: item.config,
                mismatch: Box::new(Mismatch { expected, actual }),
            });
        }
        let facts = config::parse(&bytes)?;
        let layers = item.layers.as_ref().map_or(0, Vec::len);
        if layers != facts.diff_ids.len() {
            let reason = format!("manifest.json lists {layers} layers and the config {}", facts.diff_ids.len());
            return Err(Problem::document("list of layers", reason));
        }
        let mut image = Image::from_config(&facts);
        image.identity = Some(Identity::Config(ConfigDigest(actual)));
        Ok(LocalImage::of(item.repo_tags.unwrap_or_default().into_iter().next(), image))
    }

    /// The config compared with its name, and the layers as the config states them.
    fn tree(&self, _: Option<&Platform>) -> Result<Tree, Problem> {
        let item = self.item()?;
        let digest = named(&item.config);
        let files = item.layers.unwrap_or_default();
        let mut config = Document { kind: DocumentKind::Config, digest, size: None, flaws: vec![Flaw::Missing] };
        let mut facts = None;
        if let Some(bytes) = self.files.small(&item.config, DOCUMENT_CAP)? {
            config.size = Some(bytes.len() as u64);
            config.flaws = check_document(&bytes, None, digest);
            facts = read_config(&bytes, files.len(), &mut config.flaws);
        }
        let diff_ids = facts.as_ref().map(|facts| facts.diff_ids.as_slice()).unwrap_or_default();
        let layer = |(at, file): (usize, String)| {
            // In the new layout the blob, compressed or not, is named by its digest.
            let blob = file.starts_with("blobs/").then(|| named(&file)).flatten().map(BlobDigest);
            let expected = Expected { blob, size: None, diff_id: diff_ids.get(at).copied() };
            StatedLayer { expected, media_type: None, file: Some(file) }
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
    fn item(&self) -> Result<Item, Problem> {
        let list = required(&*self.files, "manifest.json")?;
        let items: Vec<Item> = json::from_slice(&list).map_err(|e| Problem::document("manifest.json", e))?;
        choose(items, self.reference.as_deref())
    }
}

/// The digest a file is named by: `<hex>.json`, or `blobs/sha256/<hex>`.
fn named(file: &str) -> Option<Digest> {
    let hex = file.rsplit('/').next().unwrap_or_default().trim_end_matches(".json");
    format!("sha256:{hex}").parse().ok()
}

fn choose(mut items: Vec<Item>, wanted: Option<&str>) -> Result<Item, Problem> {
    let names = |item: &Item| item.repo_tags.clone().unwrap_or_default();
    let offered = || offered(items.iter().flat_map(names), "images without names");
    let at = match wanted {
        Some(wanted) => {
            // `@1` counts, as in containers-transports(5).
            let position = wanted.strip_prefix('@').and_then(|n| n.parse::<usize>().ok());
            let canonical = canonical(wanted);
            let same = |name: &String| name == wanted || (canonical.is_some() && self::canonical(name) == canonical);
            let found = position.or_else(|| items.iter().position(|item| names(item).iter().any(same)));
            let found = found.filter(|at| *at < items.len());
            found.ok_or_else(|| Problem::NotThere { wanted: format!("image {wanted}"), offered: offered() })?
        }
        None if items.len() == 1 => 0,
        None if items.is_empty() => return Err(Problem::Missing("images".to_owned())),
        None => return Err(Problem::Several(offered())),
    };
    Ok(items.swap_remove(at))
}

/// `foobar` and `docker.io/library/foobar:latest` are one name.
fn canonical(name: &str) -> Option<String> {
    name.parse::<Reference>().map(|reference| reference.to_string()).ok()
}
