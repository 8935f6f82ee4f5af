//! `docker-archive:`: what `docker save` writes.
//!
//! `manifest.json` lists the images: config, tags, layers. The old layout has
//! a folder per layer, the new one is an OCI layout besides; both have this
//! list. Layers lie there uncompressed, so no blob digest is known.
//! Source: moby `image/tarexport/save.go`.

use std::path::Path;

use forebear_image::image::Identity;
use forebear_image::{ConfigDigest, Digest, Image, Reference, config};
use serde::Deserialize;

use crate::error::Problem;
use crate::files::{Files, required};
use crate::tarball::Tarball;
use crate::{DOCUMENT_CAP, LocalImage};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Item {
    config: String,
    repo_tags: Option<Vec<String>>,
    layers: Option<Vec<String>>,
}

pub(crate) fn read(file: &Path, wanted: Option<&str>) -> Result<LocalImage, Problem> {
    let tar = Tarball::open(file).map_err(|error| error.problem)?;
    let list = required(&tar, "manifest.json")?;
    let items: Vec<Item> = serde_json::from_slice(&list).map_err(|e| Problem::document("manifest.json", e))?;
    let item = choose(items, wanted)?;
    let bytes = tar.small(&item.config, DOCUMENT_CAP)?.ok_or_else(|| Problem::Missing(item.config.clone()))?;
    let digest = Digest::sha256(&bytes);
    // The file is named by its digest: `<hex>.json`, or `blobs/sha256/<hex>`.
    let named = item.config.rsplit('/').next().unwrap_or_default().trim_end_matches(".json");
    if let Ok(expected) = format!("sha256:{named}").parse::<Digest>()
        && expected != digest
    {
        return Err(Problem::DigestMismatch {
            what: item.config,
            expected: Box::new(expected),
            actual: Box::new(digest),
        });
    }
    let facts = config::parse(&bytes)?;
    let layers = item.layers.as_ref().map_or(0, Vec::len);
    if layers != facts.diff_ids.len() {
        let reason = format!("manifest.json lists {layers} layers and the config {}", facts.diff_ids.len());
        return Err(Problem::document("list of layers", reason));
    }
    let mut image = Image::from_config(&facts);
    image.identity = Some(Identity::Config(ConfigDigest(digest)));
    Ok(LocalImage { name: item.repo_tags.unwrap_or_default().into_iter().next(), image, config: None })
}

fn choose(mut items: Vec<Item>, wanted: Option<&str>) -> Result<Item, Problem> {
    let names = |item: &Item| item.repo_tags.clone().unwrap_or_default();
    let offered = || {
        let all: Vec<String> = items.iter().flat_map(names).collect();
        if all.is_empty() { "images without names".to_owned() } else { all.join(", ") }
    };
    let at = match wanted {
        Some(wanted) => {
            // `@1` counts, as in containers-transports(5).
            let position = wanted.strip_prefix('@').and_then(|n| n.parse::<usize>().ok());
            let same = |name: &String| name == wanted || equal_references(name, wanted);
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
fn equal_references(a: &str, b: &str) -> bool {
    let parse = |text: &str| text.parse::<Reference>().map(|r| r.to_string()).ok();
    parse(a).is_some_and(|a| Some(a) == parse(b))
}
