//! Images: which manifests are copies of which, and in what order they stand.

use std::collections::{BTreeMap, BTreeSet};

use forebear_image::Platform;
use forebear_image::declared::Declared;

use crate::format::NONE;
use crate::format::records::Key;

use super::collect::{Collected, KIND_IMAGE, KIND_SCHEMA1};

/// An image before it has an id.
#[derive(Debug)]
pub(super) struct ImageRow {
    pub digest: Key,
    /// Identified by its manifest, because its config was not read.
    pub by_manifest: bool,
    /// Position among the configs.
    pub config: Option<usize>,
    /// Its manifests, in the order of their digests.
    pub manifests: Vec<Key>,
    pub platform: Option<Platform>,
    /// Declared bases as JSON, a temporary string id.
    pub declared: u32,
}

/// Groups manifests into images. Manifests whose config was read and is the
/// same are one image; others stand for themselves.
pub(super) fn group(all: &mut Collected) -> Vec<ImageRow> {
    let mut groups: BTreeMap<(bool, Key), Vec<Key>> = BTreeMap::new();
    for (digest, row) in &all.manifests {
        if matches!(row.kind, KIND_IMAGE | KIND_SCHEMA1) {
            let config = row.config.filter(|config| all.config_by_digest.contains_key(config));
            let identity = config.map_or((true, *digest), |config| (false, config));
            groups.entry(identity).or_default().push(*digest);
        }
    }
    let mut images = Vec::with_capacity(groups.len());
    for ((by_manifest, digest), manifests) in groups {
        let rows = || manifests.iter().filter_map(|manifest| all.manifests.get(manifest));
        let config = if by_manifest {
            rows().next().and_then(|row| row.own_config)
        } else {
            all.config_by_digest.get(&digest).copied()
        };
        let facts = config.and_then(|at| all.configs.get(at));
        let said = rows().filter_map(|row| row.platform.clone()).min();
        let platform = said.or_else(|| facts.and_then(|facts| facts.platform.clone()));
        let mut seen = BTreeSet::new();
        let from_manifests = rows().filter_map(|row| row.declared.clone());
        let from_config = facts.into_iter().flat_map(|facts| facts.declared.iter().cloned());
        let materials = rows().flat_map(|row| row.materials.iter().cloned());
        let declared: Vec<Declared> = from_manifests
            .chain(from_config)
            .chain(materials)
            .filter(|d| seen.insert((d.source as u8, d.name.clone(), d.digest)))
            .collect();
        let declared = if declared.is_empty() {
            NONE
        } else {
            all.strings.text(&serde_json::to_string(&declared).unwrap_or_default())
        };
        images.push(ImageRow { digest, by_manifest, config, manifests, platform, declared });
    }
    images
}
