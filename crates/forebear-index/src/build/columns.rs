//! Putting the tables together.

use std::collections::HashMap;

use forebear_image::Platform;
use rayon::prelude::*;
use zerocopy::little_endian::I64;
use zerocopy::{Immutable, IntoBytes};

use crate::error::IndexError;
use crate::format::records::{self, Id, Key, Long};
use crate::format::{NONE, Section};

use super::collect::{Collected, StepRow};
use super::images::{self, ImageRow};
use super::layers::{self, LayerKeys};
use super::strings::{Interned, Interner};
use super::{Meta, Sections, history, id_of, observations};

/// Stores a table as its section's bytes.
pub(super) fn put<T: IntoBytes + Immutable>(sections: &mut Sections, section: Section, table: &[T]) {
    sections.insert(section, table.as_bytes().to_vec());
}

/// All sections but the parents.
pub(super) fn assemble(mut all: Collected) -> Result<Sections, IndexError> {
    let mut sections = Sections::new();
    let images = images::group(&mut all);
    intern_names(&mut all);
    let strings = std::mem::take(&mut all.strings).finish("strings")?;
    let trimmed = std::mem::take(&mut all.trimmed).finish("step texts")?;
    let steps = std::mem::take(&mut all.steps).finish_as("steps", |step| StepRow {
        text: strings.id(step.text),
        trimmed: trimmed.id(step.trimmed),
        ..step
    })?;
    drop(trimmed);
    for row in all.manifests.values_mut() {
        row.media_type = strings.id(row.media_type);
        row.blobs.iter_mut().for_each(|blob| blob.media_type = strings.id(blob.media_type));
    }
    let find = |text: &str| strings.sorted.binary_search_by(|s| (**s).cmp(text)).map_or(NONE, index_u32);
    let keys = LayerKeys::learn(&all)?;
    let platforms = put_platforms(&mut sections, &all, &images, find);
    let meta = Meta {
        diff_ids: keys.diff_ids,
        observed_until: all.observations.iter().map(|o| o.last_seen).max(),
        contradicted_blobs: keys.contradicted,
        unread_configs: id_of("images", images.iter().filter(|image| image.config.is_none()).count())?,
    };
    put(&mut sections, Section::Meta, &serde_json::to_vec(&meta).unwrap_or_default());
    put_steps(&mut sections, &steps, &all, find);
    let image_ids = put_images(&mut sections, &all, images, &keys, &steps, &strings, &platforms)?;
    put(&mut sections, Section::Layers, &keys.keys);
    put(&mut sections, Section::Blobs, &keys.blob_records(|id| id));
    put_manifests(&mut sections, &mut all, &keys, &image_ids, &platforms, find)?;
    let others: Vec<records::OtherDigest> = all
        .other_digests
        .iter()
        .map(|(key, text)| records::OtherDigest { key: *key, text: Id::new(find(text)) })
        .collect();
    put(&mut sections, Section::OtherDigests, &others);
    put_strings(&mut sections, &strings);
    Ok(sections)
}

/// Interns every name that is not part of a fact row.
fn intern_names(all: &mut Collected) {
    let mut platforms: Vec<Platform> = all.manifests.values().filter_map(|row| row.platform.clone()).collect();
    platforms.extend(all.manifests.values().flat_map(|row| row.children.iter().filter_map(|(_, p)| p.clone())));
    platforms.extend(all.configs.iter().filter_map(|row| row.platform.clone()));
    let strings = &mut all.strings;
    for platform in platforms {
        for part in [Some(platform.os), Some(platform.architecture), platform.variant, platform.os_version] {
            strings.text(&part.unwrap_or_default());
        }
    }
    all.repositories.keys().for_each(|name| _ = strings.text(&name.to_string()));
    all.observations.iter().for_each(|observation| _ = strings.text(&observation.tag));
    all.other_digests.values().for_each(|text| _ = strings.text(text));
}

fn index_u32(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(NONE)
}

fn put_strings(sections: &mut Sections, strings: &Interned<Box<str>>) {
    let mut bytes = Vec::with_capacity(strings.sorted.iter().map(|s| s.len()).sum());
    let mut offsets = Vec::with_capacity(strings.sorted.len() + 1);
    offsets.push(Long::new(0));
    for text in &strings.sorted {
        bytes.extend_from_slice(text.as_bytes());
        offsets.push(Long::new(bytes.len() as u64));
    }
    sections.insert(Section::StringBytes, bytes);
    put(sections, Section::StringOffsets, &offsets);
}

fn put_platforms(
    sections: &mut Sections,
    all: &Collected,
    images: &[ImageRow],
    find: impl Fn(&str) -> u32,
) -> Interned<Platform> {
    let mut seen = Interner::default();
    for row in all.manifests.values() {
        row.platform.iter().for_each(|p| _ = seen.intern(p.clone()));
        row.children.iter().flat_map(|(_, p)| p).for_each(|p| _ = seen.intern(p.clone()));
    }
    images.iter().flat_map(|image| &image.platform).for_each(|p| _ = seen.intern(p.clone()));
    let platforms = seen.finish("platforms").unwrap_or(Interned { sorted: Vec::new(), finals: Vec::new() });
    let optional = |part: &Option<String>| Id::new(part.as_deref().map_or(NONE, &find));
    let record = |p: &Platform| records::Platform {
        os: Id::new(find(&p.os)),
        architecture: Id::new(find(&p.architecture)),
        variant: optional(&p.variant),
        os_version: optional(&p.os_version),
    };
    let table: Vec<_> = platforms.sorted.iter().map(record).collect();
    put(sections, Section::Platforms, &table);
    platforms
}

fn platform_id(platforms: &Interned<Platform>, platform: Option<&Platform>) -> Id {
    Id::new(platform.and_then(|p| platforms.sorted.binary_search(p).ok()).map_or(NONE, index_u32))
}

fn put_steps(sections: &mut Sections, steps: &Interned<StepRow>, all: &Collected, find: impl Fn(&str) -> u32) {
    let comments: HashMap<u32, u32> =
        all.step_comments.iter().map(|(step, comment)| (steps.id(*step), find(comment))).collect();
    let record = |(id, step): (u32, &StepRow)| records::Step {
        text: Id::new(step.text),
        comment: Id::new(comments.get(&id).copied().unwrap_or(NONE)),
        created_seconds: I64::new(step.created.map_or(0, |time| time.seconds)),
        created_nanos: Id::new(step.created.map_or(0, |time| time.nanos)),
        flags: Id::new(
            if step.empty { records::Step::EMPTY } else { 0 }
                | if step.created.is_some() { records::Step::TIMED } else { 0 },
        ),
    };
    let table: Vec<_> = (0..).zip(&steps.sorted).map(record).collect();
    put(sections, Section::Steps, &table);
}

/// An image with its place in both tries.
struct Placed {
    row: ImageRow,
    layers: Vec<u32>,
    /// Node in the history trie.
    history: u32,
    untimed: bool,
}

/// Sorts images into trie order and writes them, the layer trie and the
/// histories. Returns image ids by identity.
fn put_images(
    sections: &mut Sections,
    all: &Collected,
    images: Vec<ImageRow>,
    keys: &LayerKeys,
    steps: &Interned<StepRow>,
    strings: &Interned<Box<str>>,
    platforms: &Interned<Platform>,
) -> Result<HashMap<(bool, Key), u32>, IndexError> {
    id_of("images", images.len())?;
    let config_of = |row: &ImageRow| row.config.and_then(|at| all.configs.get(at));
    let chains: Vec<Vec<u32>> =
        images.iter().map(|row| config_of(row).map(|config| config.history.clone()).unwrap_or_default()).collect();
    let histories = history::histories(&chains, steps)?;
    let untimed = |chain: &[u32]| {
        chain.iter().any(|step| steps.sorted.get(steps.id(*step) as usize).is_some_and(|s| s.created.is_none()))
    };
    let mut placed: Vec<Placed> = images
        .into_iter()
        .zip(histories.leaves.iter().zip(&chains))
        .map(|(row, (leaf, chain))| Placed {
            layers: layers_of(&row, all, keys),
            history: if row.config.is_some() { *leaf } else { NONE },
            untimed: untimed(chain),
            row,
        })
        .collect();
    placed.par_sort_unstable_by(|a, b| {
        let order = |p: &Placed| (p.history, p.row.by_manifest, p.row.digest);
        a.layers.cmp(&b.layers).then_with(|| order(a).cmp(&order(b)))
    });
    let trie = layers::trie(placed.iter().map(|p| p.layers.as_slice()))?;
    put_layer_nodes(sections, &trie.nodes, keys.keys.len());
    put(sections, Section::Nodes, &with_end(trie.nodes.clone(), placed.len()));
    put(sections, Section::NodeTable, &layers::node_table(&trie.nodes));
    put(sections, Section::StepNodes, &histories.step_nodes);
    put(sections, Section::TextNodes, &histories.text_nodes);

    let manifest_ids: HashMap<&Key, u32> = all.manifests.keys().zip(0..).collect();
    let mut manifests = Vec::new();
    let mut records = Vec::with_capacity(placed.len());
    let mut ids = HashMap::with_capacity(placed.len());
    for (id, (place, node)) in (0..).zip(placed.iter().zip(&trie.leaves)) {
        let config = config_of(&place.row);
        let created = config.and_then(|config| config.created);
        let flag = |on, bit| if on { bit } else { 0 };
        records.push(records::Image {
            digest: place.row.digest,
            node: Id::new(*node),
            history: Id::new(place.history),
            platform: platform_id(platforms, place.row.platform.as_ref()),
            flags: Id::new(
                flag(place.row.by_manifest, records::Image::BY_MANIFEST)
                    | flag(place.untimed, records::Image::UNTIMED_STEP)
                    | flag(created.is_some(), records::Image::CREATED),
            ),
            created_seconds: I64::new(created.map_or(0, |time| time.seconds)),
            created_nanos: Id::new(created.map_or(0, |time| time.nanos)),
            parent: Id::new(NONE),
            agreement: Id::new(0),
            runtime: Id::new(config.map_or(NONE, |config| strings.id(config.runtime))),
            declared: Id::new(strings.id(place.row.declared)),
            first_manifest: Id::new(id_of("manifests", manifests.len())?),
        });
        manifests.extend(place.row.manifests.iter().filter_map(|m| manifest_ids.get(m)).map(|id| Id::new(*id)));
        ids.insert((place.row.by_manifest, place.row.digest), id);
    }
    let mut by_digest: Vec<u32> = (0..id_of("images", placed.len())?).collect();
    by_digest.sort_unstable_by_key(|id| placed.get(*id as usize).map(|p| p.row.digest));
    put(sections, Section::ImagesByDigest, &by_digest.into_iter().map(Id::new).collect::<Vec<_>>());
    put(sections, Section::Images, &records);
    put(sections, Section::ImageManifests, &manifests);
    Ok(ids)
}

/// The layer keys an image is compared by: its own diff_ids where its config
/// was read, else what its blobs are known to be.
fn layers_of(row: &ImageRow, all: &Collected, keys: &LayerKeys) -> Vec<u32> {
    let own = row.config.and_then(|at| all.configs.get(at)).map(|config| config.diff_ids.as_slice());
    match own {
        Some(diff_ids) if !diff_ids.is_empty() => keys.of_diff_ids(diff_ids),
        _ => {
            let manifest = row.manifests.first().and_then(|digest| all.manifests.get(digest));
            manifest.map(|manifest| keys.of_blobs(&manifest.blobs)).unwrap_or_default()
        }
    }
}

/// Adds the record that ends the last node's images.
fn with_end(mut nodes: Vec<records::Node>, images: usize) -> Vec<records::Node> {
    let none = Id::new(NONE);
    let first_image = Id::new(index_u32(images));
    nodes.push(records::Node { parent: none, layer: none, end: none, first_image, depth: Id::new(0) });
    nodes
}

fn put_layer_nodes(sections: &mut Sections, nodes: &[records::Node], layers: usize) {
    let mut by_layer: Vec<(u32, u32)> = (0..).zip(nodes).skip(1).map(|(id, node)| (node.layer.get(), id)).collect();
    by_layer.par_sort_unstable();
    let starts: Vec<Id> = (0..=layers)
        .map(|layer| Id::new(index_u32(by_layer.partition_point(|(l, _)| (*l as usize) < layer))))
        .collect();
    put(sections, Section::LayerNodeStarts, &starts);
    put(sections, Section::LayerNodes, &by_layer.into_iter().map(|(_, node)| Id::new(node)).collect::<Vec<_>>());
}

fn put_manifests(
    sections: &mut Sections,
    all: &mut Collected,
    keys: &LayerKeys,
    image_ids: &HashMap<(bool, Key), u32>,
    platforms: &Interned<Platform>,
    find: impl Fn(&str) -> u32,
) -> Result<(), IndexError> {
    let ids: HashMap<Key, u32> = all.manifests.keys().copied().zip(0..).collect();
    let id = |key: &Key| ids.get(key).copied().unwrap_or(NONE);
    let seen = std::mem::take(&mut all.observations);
    let names = observations::tables(&all.repositories, seen, find, id)?;
    let mut observed: Vec<(u32, u32)> =
        names.observations.iter().zip(0..).map(|(o, at)| (o.manifest.get(), at)).collect();
    observed.sort_unstable();
    let mut listed: Vec<(u32, u32)> = Vec::new();
    for (index, row) in (0..).zip(all.manifests.values()) {
        listed.extend(row.children.iter().map(|(child, _)| (id(child), index)));
    }
    listed.sort_unstable();
    listed.dedup();
    let start = |pairs: &[(u32, u32)], manifest: u32| index_u32(pairs.partition_point(|(m, _)| *m < manifest));

    let mut blobs = Vec::new();
    let mut entries = Vec::new();
    let mut manifests = Vec::with_capacity(all.manifests.len());
    for (own, (digest, row)) in (0..).zip(&all.manifests) {
        let config = row.config.filter(|config| image_ids.contains_key(&(false, *config)));
        let identity = config.map_or((true, *digest), |config| (false, config));
        manifests.push(records::Manifest {
            digest: *digest,
            kind: Id::new(row.kind),
            image: Id::new(image_ids.get(&identity).copied().unwrap_or(NONE)),
            platform: platform_id(platforms, row.platform.as_ref()),
            media_type: Id::new(row.media_type),
            first_blob: Id::new(id_of("blobs", blobs.len())?),
            first_entry: Id::new(id_of("index entries", entries.len())?),
            first_index: Id::new(start(&listed, own)),
            first_observation: Id::new(start(&observed, own)),
        });
        blobs.extend(row.blobs.iter().map(|blob| Id::new(keys.blob_id(&blob.digest))));
        entries.extend(row.children.iter().map(|(child, platform)| records::IndexEntry {
            manifest: Id::new(id(child)),
            platform: platform_id(platforms, platform.as_ref()),
        }));
    }
    let seconds = |pairs: Vec<(u32, u32)>| pairs.into_iter().map(|(_, second)| Id::new(second)).collect::<Vec<_>>();
    put(sections, Section::Manifests, &manifests);
    put(sections, Section::ManifestBlobs, &blobs);
    put(sections, Section::IndexEntries, &entries);
    put(sections, Section::ManifestIndexes, &seconds(listed));
    put(sections, Section::ManifestObservations, &seconds(observed));
    put(sections, Section::Repositories, &names.repositories);
    put(sections, Section::Tags, &names.tags);
    put(sections, Section::Observations, &names.observations);
    Ok(())
}
