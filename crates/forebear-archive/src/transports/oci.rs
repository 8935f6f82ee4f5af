//! `oci:` and `oci-archive:`: OCI image layouts, in a folder or a tar.
//!
//! Source: image-spec `image-layout.md`.

use forebear_content::{StatedLayer, Tree};
use forebear_image::descend::{Choice, EntryKind, Otherwise};
use forebear_image::{ChildManifest, Digest, ManifestFacts, Platform, json, manifest};
use serde::Deserialize;

use crate::cap::DOCUMENT_CAP;
use crate::documents::ByDigest;
use crate::error::Problem;
use crate::files::{Files, Opened, required};
use crate::folder::Folder;
use crate::kind::{Contents, Kind};
use crate::local_image::LocalImage;
use crate::offered::offered;
use crate::tarball::Tarball;

pub(super) static OCI: Kind =
    Kind { name: "oci", takes_name: true, open: |path, tag| Ok(Layout::over(Folder::open(path)?, tag)) };

pub(super) static OCI_ARCHIVE: Kind =
    Kind { name: "oci-archive", takes_name: true, open: |path, tag| Ok(Layout::over(Tarball::open(path)?, tag)) };

/// Annotations that name an image in an index.
const NAMES: [&str; 2] = ["org.opencontainers.image.ref.name", "io.containerd.image.name"];

#[derive(Debug)]
struct Layout<F> {
    documents: ByDigest<F>,
    tag: Option<String>,
}

#[derive(Deserialize)]
struct LayoutVersion {
    #[serde(rename = "imageLayoutVersion")]
    version: String,
}

impl<F: Files + 'static> Layout<F> {
    fn over(files: F, tag: Option<&str>) -> Box<dyn Contents> {
        let naming = |digest: &Digest| format!("blobs/{}/{}", digest.algorithm(), digest.hex());
        Box::new(Self { documents: ByDigest { files, naming }, tag: tag.map(str::to_owned) })
    }

    /// What `index.json` lists.
    fn listed(&self) -> Result<Vec<ChildManifest>, Problem> {
        let files = &self.documents.files;
        if let Some(marker) = files.small("oci-layout", DOCUMENT_CAP)? {
            let layout: LayoutVersion = json::from_slice(&marker).map_err(|e| Problem::document("oci-layout", e))?;
            if !layout.version.starts_with("1.") {
                return Err(Problem::document("oci-layout", format!("version {}, known is 1", layout.version)));
            }
        }
        match manifest::parse(&required(files, "index.json")?, None)? {
            ManifestFacts::Index { children, .. } => Ok(children),
            ManifestFacts::Image(_)
            | ManifestFacts::Schema1 { .. }
            | ManifestFacts::Artifact { .. }
            | ManifestFacts::Attestation { .. } => Err(Problem::document("index.json", "it is no index")),
        }
    }

    /// The entry that is meant: by its name, and of several by one name, or
    /// that nothing but their platforms tells apart, by its platform.
    fn entry(&self, listed: &[ChildManifest], choice: Choice<'_>) -> Result<ChildManifest, Problem> {
        let images = || listed.iter().filter(|entry| EntryKind::of(entry).may_lead_to_image());
        let offered = || offered(images().flat_map(names).cloned(), "manifests without names");
        let called = |entry: &&ChildManifest| self.tag.as_ref().is_none_or(|tag| names(entry).any(|name| name == tag));
        let meant: Vec<&ChildManifest> = images().filter(called).collect();
        let [first, rest @ ..] = meant.as_slice() else {
            return Err(match &self.tag {
                Some(tag) => Problem::NotThere { wanted: format!("image {tag}"), offered: offered() },
                None => Problem::Missing("images".to_owned()),
            });
        };
        let one_name = self.tag.is_some() || rest.iter().all(|entry| names(entry).eq(names(first)));
        let by_platform = one_name && meant.iter().any(|entry| entry.platform.is_some());
        if !rest.is_empty() && by_platform {
            let held = |entry: &&ChildManifest| self.documents.holds(&entry.digest);
            let at = choice.among_held(&meant, |entry| entry.platform.as_ref(), held)?;
            return Ok(meant.get(at).copied().unwrap_or(first).clone());
        }
        // A layout's first entry of a name counts, as for the tools that write them.
        if rest.is_empty() || self.tag.is_some() { Ok((*first).clone()) } else { Err(Problem::Several(offered())) }
    }
}

/// The names that an entry gives its image.
fn names(entry: &ChildManifest) -> impl Iterator<Item = &String> {
    NAMES.iter().filter_map(|key| entry.annotations.get(*key))
}

impl<F: Files + 'static> Contents for Layout<F> {
    fn image(&self, platform: Option<&Platform>) -> Result<LocalImage, Problem> {
        let choice = Choice { wanted: platform, otherwise: Otherwise::Default };
        let listed = self.listed()?;
        let entry = self.entry(&listed, choice)?;
        let name = names(&entry).next().cloned();
        let image = self.documents.image(choice, |descent| descent.from_entry(entry, &listed))?;
        Ok(LocalImage { name, ..image })
    }

    fn tree(&self, platform: Option<&Platform>) -> Result<Tree, Problem> {
        let choice = Choice { wanted: platform, otherwise: Otherwise::Default };
        let listed = self.listed()?;
        let entry = self.entry(&listed, choice)?;
        self.documents.tree(choice, |descent| descent.from_entry(entry, &listed))
    }

    fn layer(&self, layer: &StatedLayer) -> Result<Option<Opened>, Problem> {
        self.documents.layer(layer)
    }
}
