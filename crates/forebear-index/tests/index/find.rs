//! `find`: everything a digest names, against a scan of all images.

use std::collections::BTreeSet;

use forebear_image::{Digest, Image};
use forebear_index::find::{Prefix, PrefixError, Thing};
use forebear_index::{ImageId, LayerId, View};

/// Compares what is found for every digest of every image with a scan.
pub(crate) fn verify(view: &View) -> Result<(), String> {
    let images: Vec<(ImageId, Image)> =
        (0..view.image_count()).map(ImageId).filter_map(|id| Some((id, view.load(id, None)?))).collect();
    let layers: BTreeSet<Digest> =
        images.iter().flat_map(|(_, image)| &image.layers).filter_map(|layer| Some(layer.diff_id?.0)).collect();
    for digest in layers {
        let Thing::DiffId(layer) = thing(view, digest, |thing| matches!(thing, Thing::DiffId(_)))? else { continue };
        let expected: BTreeSet<ImageId> = images
            .iter()
            .filter(|(_, image)| image.layers.iter().any(|own| own.diff_id.is_some_and(|own| own.0 == digest)))
            .map(|(id, _)| *id)
            .collect();
        let found: Vec<ImageId> = view.images_with(layer).collect();
        let got: BTreeSet<ImageId> = found.iter().copied().collect();
        if got != expected || got.len() != found.len() {
            return Err(format!("{digest}: {found:?}, not {expected:?}"));
        }
        positions(view, &images, layer, digest)?;
    }
    for (id, image) in &images {
        for blob in image.layers.iter().filter_map(|layer| layer.blob) {
            let Thing::Blob(at) = thing(view, blob.0, |thing| matches!(thing, Thing::Blob(_)))? else { continue };
            if !view.images_with_blob(at).contains(id) {
                return Err(format!("{blob} is not found in {id:?}"));
            }
        }
        if let Some(manifest) = image.manifest_digest {
            thing(view, manifest.0, |thing| matches!(thing, Thing::Manifest(_)))?;
        }
    }
    Ok(())
}

fn positions(view: &View, images: &[(ImageId, Image)], layer: LayerId, digest: Digest) -> Result<(), String> {
    for (id, image) in images {
        let own = image.layers.iter().map(|layer| layer.diff_id.map(|id| id.0));
        let expected: Vec<usize> = own.enumerate().filter(|(_, own)| *own == Some(digest)).map(|(at, _)| at).collect();
        let got = view.positions_of(*id, layer);
        if got != expected {
            return Err(format!("{digest} in {id:?} at {got:?}, not {expected:?}"));
        }
    }
    Ok(())
}

fn thing(view: &View, digest: Digest, wanted: impl Fn(&Thing) -> bool) -> Result<Thing, String> {
    let prefix: Prefix = digest.to_string().parse().map_err(|error: PrefixError| error.to_string())?;
    let found = view.find_things(&prefix, 10);
    if found.len() != 1 {
        return Err(format!("{digest} finds {found:?}"));
    }
    let things = found.into_values().next().unwrap_or_default();
    things.into_iter().find(wanted).ok_or_else(|| format!("{digest} is not found as what it is"))
}

#[test]
fn beginnings_of_digests() {
    #[track_caller]
    fn check(text: &str, expected: Result<(), &str>) {
        match (text.parse::<Prefix>(), expected) {
            (Ok(_), Ok(())) => {}
            (Err(error), Err(part)) => assert!(error.to_string().contains(part), "{error}"),
            (got, _) => panic!("{text}: {got:?}, expected {expected:?}"),
        }
    }
    check("abcd", Ok(()));
    check("ABCD", Ok(()));
    check("sha256:abcde", Ok(()));
    check(&"0".repeat(64), Ok(()));
    check(&format!("sha512:{}", "0".repeat(128)), Ok(()));
    check("abc", Err("4 hex digits"));
    check("sha256:", Err("4 hex digits"));
    check("", Err("4 hex digits"));
    check("alpine", Err("neither a digest"));
    check(&"0".repeat(65), Err("neither a digest"));
    check("sha512:abcd", Err("neither a digest"));
    check("caf\u{e9}", Err("neither a digest"));
}
