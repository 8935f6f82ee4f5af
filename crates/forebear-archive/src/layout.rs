//! OCI image layouts (image-spec `image-layout.md`), in a folder or a tar, and
//! `dir:` folders, which are one image's documents and blobs side by side.

use forebear_image::{
    ChildManifest, ConfigFacts, Digest, Image, ManifestDigest, ManifestFacts, Platform, config, manifest, schema1,
};
use serde::Deserialize;

use crate::error::Problem;
use crate::files::{Files, by_digest, required};
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

#[derive(Deserialize)]
struct LayoutVersion {
    #[serde(rename = "imageLayoutVersion")]
    version: String,
}

/// Reads an image of a layout.
pub(crate) fn read(files: &impl Files, tag: Option<&str>, platform: Option<&Platform>) -> Result<LocalImage, Problem> {
    if let Some(marker) = files.small("oci-layout", DOCUMENT_CAP)? {
        let layout: LayoutVersion = serde_json::from_slice(&marker).map_err(|e| Problem::document("oci-layout", e))?;
        if !layout.version.starts_with("1.") {
            return Err(Problem::document("oci-layout", format!("version {}, known is 1", layout.version)));
        }
    }
    let ManifestFacts::Index { children, .. } = manifest::parse(&required(files, "index.json")?, None)? else {
        return Err(Problem::document("index.json", "it is no index"));
    };
    let entry = choose_named(children, tag)?;
    let name = NAMES.iter().find_map(|key| entry.annotations.get(*key)).cloned();
    let bytes = by_digest(files, &in_layout(&entry.digest.0), "manifest", entry.digest.0)?;
    let image = from_manifest(files, in_layout, entry.digest, &bytes, platform, Some(&entry))?;
    Ok(LocalImage { name, image, config: None })
}

/// Reads the image of a `dir:` folder.
pub(crate) fn read_dir(files: &impl Files, platform: Option<&Platform>) -> Result<LocalImage, Problem> {
    let bytes = required(files, "manifest.json")?;
    let digest = schema1::digest(&bytes).unwrap_or_else(|| ManifestDigest::of(&bytes));
    let naming: Naming = |digest| digest.hex();
    // A copied index keeps its manifests as `<hex>.manifest.json`.
    let image = from_manifest(files, naming, digest, &bytes, platform, None)?;
    Ok(LocalImage { name: None, image, config: None })
}

/// The entry of a layout's index with this name, or the only one.
fn choose_named(children: Vec<ChildManifest>, tag: Option<&str>) -> Result<ChildManifest, Problem> {
    let mut images: Vec<ChildManifest> = children.into_iter().filter(|child| !child.is_attestation()).collect();
    let names = |child: &ChildManifest| -> Vec<String> {
        NAMES.iter().filter_map(|key| child.annotations.get(*key)).cloned().collect()
    };
    let offered = || {
        let all: Vec<String> = images.iter().flat_map(names).collect();
        if all.is_empty() { "manifests without names".to_owned() } else { all.join(", ") }
    };
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

/// Follows indexes down to an image, and reads its config.
fn from_manifest(
    files: &impl Files,
    naming: Naming,
    mut digest: ManifestDigest,
    bytes: &[u8],
    platform: Option<&Platform>,
    entry: Option<&ChildManifest>,
) -> Result<Image, Problem> {
    let mut facts = manifest::parse(bytes, None)?;
    let mut entry = entry.cloned();
    for _ in 0..MAX_DEPTH {
        match facts {
            ManifestFacts::Index { children, .. } => {
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
                return Ok(image);
            }
            ManifestFacts::Schema1 { layers, config } => {
                return Ok(Image::from_schema1(Some(digest), &layers, &config));
            }
            ManifestFacts::Artifact { artifact_type } => return Err(Problem::NotAnImage(artifact_type)),
        }
    }
    Err(Problem::document("index", format!("an index inside {MAX_DEPTH} others")))
}

fn config_of(files: &impl Files, naming: Naming, digest: Digest) -> Result<ConfigFacts, Problem> {
    Ok(config::parse(&by_digest(files, &naming(&digest), "config", digest)?)?)
}

fn choose_platform(children: Vec<ChildManifest>, wanted: Option<&Platform>) -> Result<ChildManifest, Problem> {
    let mut images: Vec<ChildManifest> = children.into_iter().filter(|child| !child.is_attestation()).collect();
    let offered: Vec<String> = images.iter().filter_map(|c| c.platform.as_ref()).map(ToString::to_string).collect();
    let offered = offered.join(", ");
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
