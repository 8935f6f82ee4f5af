//! `dir:`: a folder as `skopeo copy … dir:` makes it, one image's documents and
//! blobs side by side, named by their digests. Nothing states the digest of
//! `manifest.json`, which is the root.

use std::path::Path;

use forebear_content::{StatedLayer, Tree};
use forebear_image::descend::{Choice, Document, Otherwise};
use forebear_image::{Digest, Platform};

use crate::documents::ByDigest;
use crate::error::Problem;
use crate::files::{Opened, required};
use crate::folder::Folder;
use crate::kind::{Contents, Kind, Takes};
use crate::local_image::LocalImage;

pub(super) static DIR: Kind = Kind { name: "dir", takes: Takes::Folder, chosen_by: None, open };

/// The document that such a folder begins with.
const ROOT: &str = "manifest.json";

fn open(path: &Path, _: Option<&str>) -> Result<Box<dyn Contents>, Problem> {
    Ok(Box::new(Dir(ByDigest { files: Folder::open(path, ROOT)?, naming: Digest::hex })))
}

#[derive(Debug)]
struct Dir(ByDigest<Folder>);

impl Contents for Dir {
    fn image(&self, platform: Option<&Platform>) -> Result<LocalImage, Problem> {
        let root = self.root()?;
        self.0
            .image(Choice { wanted: platform, otherwise: Otherwise::Default }, |descent| descent.from_root(None, &root))
    }

    fn tree(&self, platform: Option<&Platform>) -> Result<Tree, Problem> {
        let root = self.root()?;
        self.0
            .tree(Choice { wanted: platform, otherwise: Otherwise::Default }, |descent| descent.from_root(None, &root))
    }

    fn layer(&self, layer: &StatedLayer) -> Result<Option<Opened>, Problem> {
        self.0.layer(layer)
    }
}

impl Dir {
    fn root(&self) -> Result<Document<'static>, Problem> {
        Ok(Document::raw(required(&self.0.files, ROOT)?))
    }
}
