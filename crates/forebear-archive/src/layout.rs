//! OCI image layouts (image-spec `image-layout.md`), in a folder or a tar, and
//! `dir:` folders, which are one image's documents and blobs side by side.

use forebear_content::{Document, Documents, Flaw, Tree, What, walk};
use forebear_image::attestation::{self, Claim};
use forebear_image::{
    BlobDigest, ChildManifest, ConfigFacts, Digest, Image, ManifestDigest, ManifestFacts, Platform, config, json,
    manifest, schema1,
};
use serde::Deserialize;

use crate::error::Problem;
use crate::files::{Files, Opened, by_digest, required};
use crate::offered::offered;
use crate::provenance;
use crate::{DOCUMENT_CAP, LocalImage};

/// Indexes inside indexes are followed this deep.
const MAX_DEPTH: usize = 4;
/// Annotations that name an image in an index.
const NAMES: [&str; 2] = ["org.opencontainers.image.ref.name", "io.containerd.image.name"];

/// How a digest becomes a file's name: `blobs/sha256/<hex>` or `<hex>`.
type Naming = fn(&Digest) -> String;

fn in_layout(digest: &Digest) -> String {
    format!("blobs/{}/{}", digest.algorithm(), digest.hex())
}

fn in_dir(digest: &Digest) -> String {
    digest.hex()
}

#[derive(Deserialize)]
struct LayoutVersion {
    #[serde(rename = "imageLayoutVersion")]
    version: String,
}

/// The entry of a layout's index that is meant, and what its other entries are
/// to it.
fn entry(files: &impl Files, tag: Option<&str>) -> Result<(ChildManifest, Vec<Claim>), Problem> {
    if let Some(marker) = files.small("oci-layout", DOCUMENT_CAP)? {
        let layout: LayoutVersion = json::from_slice(&marker).map_err(|e| Problem::document("oci-layout", e))?;
        if !layout.version.starts_with("1.") {
            return Err(Problem::document("oci-layout", format!("version {}, known is 1", layout.version)));
        }
    }
    let ManifestFacts::Index { children, .. } = manifest::parse(&required(files, "index.json")?, None)? else {
        return Err(Problem::document("index.json", "it is no index"));
    };
    let claims = attestation::claims(&children);
    Ok((choose_named(children, tag)?, claims))
}

/// Reads an image of a layout.
pub(crate) fn read(files: &impl Files, tag: Option<&str>, platform: Option<&Platform>) -> Result<LocalImage, Problem> {
    let (entry, claims) = entry(files, tag)?;
    let name = NAMES.iter().find_map(|key| entry.annotations.get(*key)).cloned();
    let bytes = by_digest(files, &in_layout(&entry.digest.0), "manifest", entry.digest.0)?;
    let top = Top { digest: entry.digest, bytes: &bytes, entry: Some(&entry), claims };
    let (image, notes) = from_manifest(files, in_layout, top, platform)?;
    Ok(LocalImage { name, image, config: None, notes })
}

/// The hash tree of an image of a layout.
pub(crate) fn tree(files: &impl Files, tag: Option<&str>, platform: Option<&Platform>) -> Result<Tree, Problem> {
    let root = entry(files, tag)?.0.digest.0;
    let documents = ByDigest { files, naming: in_layout, platform };
    match documents.document(What::Manifest, &root)? {
        Ok(bytes) => walk(bytes, Some(root), &documents),
        Err(flaw) => {
            let missing = Document { what: What::Manifest, digest: Some(root), size: None, flaws: vec![flaw] };
            Ok(Tree { documents: vec![missing], ..Tree::default() })
        }
    }
}

/// The hash tree of a `dir:` folder. Nothing in it states the root's digest.
pub(crate) fn tree_of_dir(files: &impl Files, platform: Option<&Platform>) -> Result<Tree, Problem> {
    walk(required(files, "manifest.json")?, None, &ByDigest { files, naming: in_dir, platform })
}

/// Opens a layer's blob.
pub(crate) fn open_blob(files: &impl Files, digest: BlobDigest) -> Result<Option<Opened>, Problem> {
    files.open(&in_layout(&digest.0))
}

/// As [`open_blob`], in a `dir:` folder.
pub(crate) fn open_in_dir(files: &impl Files, digest: BlobDigest) -> Result<Option<Opened>, Problem> {
    files.open(&in_dir(&digest.0))
}

/// Documents that are named by their digests.
struct ByDigest<'a, F> {
    files: &'a F,
    naming: Naming,
    platform: Option<&'a Platform>,
}

impl<F: Files> Documents for ByDigest<'_, F> {
    type Error = Problem;

    fn document(&self, _: What, digest: &Digest) -> Result<Result<Vec<u8>, Flaw>, Problem> {
        let name = (self.naming)(digest);
        // A copied index keeps its manifests as `<hex>.manifest.json`.
        for name in [format!("{name}.manifest.json"), name] {
            match self.files.small(&name, DOCUMENT_CAP) {
                Ok(Some(bytes)) => return Ok(Ok(bytes)),
                Ok(None) => {}
                Err(problem @ Problem::TooLarge { .. }) => return Ok(Err(Flaw::Unreadable(problem.to_string()))),
                Err(problem) => return Err(problem),
            }
        }
        Ok(Err(Flaw::Missing))
    }

    fn choose(&self, children: Vec<ChildManifest>) -> Result<ChildManifest, Problem> {
        choose_platform(children, self.platform)
    }
}

/// Reads the image of a `dir:` folder.
pub(crate) fn read_dir(files: &impl Files, platform: Option<&Platform>) -> Result<LocalImage, Problem> {
    let bytes = required(files, "manifest.json")?;
    let digest = schema1::digest(&bytes).unwrap_or_else(|| ManifestDigest::of(&bytes));
    let top = Top { digest, bytes: &bytes, entry: None, claims: Vec::new() };
    let (image, notes) = from_manifest(files, in_dir, top, platform)?;
    Ok(LocalImage { name: None, image, config: None, notes })
}

/// The entry of a layout's index with this name, or the only one.
fn choose_named(children: Vec<ChildManifest>, tag: Option<&str>) -> Result<ChildManifest, Problem> {
    let mut images: Vec<ChildManifest> = children.into_iter().filter(|child| !child.is_attestation()).collect();
    let names = |child: &ChildManifest| -> Vec<String> {
        NAMES.iter().filter_map(|key| child.annotations.get(*key)).cloned().collect()
    };
    let offered = || offered(images.iter().flat_map(names), "manifests without names");
    let at = match tag {
        Some(tag) => images
            .iter()
            .position(|child| names(child).iter().any(|name| name == tag))
            .ok_or_else(|| Problem::NotThere { wanted: format!("image {tag}"), offered: offered() })?,
        None if images.len() == 1 => 0,
        None if images.is_empty() => return Err(Problem::Missing("images".to_owned())),
        None => return Err(Problem::Several(offered())),
    };
    Ok(images.swap_remove(at))
}

/// The document that an image is read from.
struct Top<'a> {
    digest: ManifestDigest,
    bytes: &'a [u8],
    /// The entry that led to it, and the attestations listed beside it.
    entry: Option<&'a ChildManifest>,
    claims: Vec<Claim>,
}

/// Follows indexes down to an image, and reads its config and its provenance.
/// With notes on what of the latter could not be read.
fn from_manifest(
    files: &impl Files,
    naming: Naming,
    top: Top<'_>,
    platform: Option<&Platform>,
) -> Result<(Image, Vec<String>), Problem> {
    let Top { mut digest, bytes, entry, mut claims } = top;
    let mut facts = manifest::parse(bytes, None)?;
    let mut entry = entry.cloned();
    for _ in 0..MAX_DEPTH {
        match facts {
            ManifestFacts::Index { children, .. } => {
                claims = attestation::claims(&children);
                let child = choose_platform(children, platform)?;
                digest = child.digest;
                let name = naming(&digest.0);
                let beside = format!("{name}.manifest.json");
                let name = if files.small(&name, DOCUMENT_CAP)?.is_some() { name } else { beside };
                facts = manifest::parse(&by_digest(files, &name, "manifest", digest.0)?, None)?;
                entry = Some(child);
            }
            ManifestFacts::Image(manifest) => {
                let config = config_of(files, naming, manifest.config.0)?;
                let mut image = Image::from_manifest(Some(digest), &manifest, Some(&config));
                if let Some(entry) = entry {
                    image.declare_from(&entry.annotations);
                    entry.platform.iter().for_each(|platform| image.set_platform(platform));
                }
                let notes = provenance::declare(files, naming, &claims, &mut image);
                return Ok((image, notes));
            }
            ManifestFacts::Schema1 { layers, config } => {
                return Ok((Image::from_schema1(Some(digest), &layers, &config), Vec::new()));
            }
            ManifestFacts::Artifact { artifact_type } => return Err(Problem::NotAnImage(artifact_type)),
            // Parsing a manifest gives no such facts.
            ManifestFacts::Attestation { .. } => return Err(Problem::NotAnImage("an attestation".to_owned())),
        }
    }
    Err(Problem::document("index", format!("an index inside {MAX_DEPTH} others")))
}

fn config_of(files: &impl Files, naming: Naming, digest: Digest) -> Result<ConfigFacts, Problem> {
    Ok(config::parse(&by_digest(files, &naming(&digest), "config", digest)?)?)
}

fn choose_platform(children: Vec<ChildManifest>, wanted: Option<&Platform>) -> Result<ChildManifest, Problem> {
    let mut images: Vec<ChildManifest> = children.into_iter().filter(|child| !child.is_attestation()).collect();
    let platforms = images.iter().filter_map(|child| child.platform.as_ref());
    let offered = offered(platforms.map(ToString::to_string), "no platforms");
    let at = match wanted {
        Some(wanted) => {
            let fits = |child: &ChildManifest| child.platform.as_ref().is_some_and(|p| p.satisfies(wanted));
            images
                .iter()
                .position(fits)
                .ok_or_else(|| Problem::NotThere { wanted: format!("image for {wanted}"), offered })?
        }
        None if images.len() == 1 => 0,
        None if images.is_empty() => return Err(Problem::Missing("images".to_owned())),
        None => return Err(Problem::Several(format!("{offered} (--platform)"))),
    };
    Ok(images.swap_remove(at))
}
