//! Counting what an index holds.

use serde::Serialize;

use forebear_image::Timestamp;

use crate::format::records::{self, Key, Node};
use crate::format::{NONE, Section};
use crate::reader::Index;

/// Counts of an index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stats {
    /// Size of the file in bytes.
    pub bytes: u64,
    /// Start of the latest run it holds observations of.
    pub observed_until: Option<Timestamp>,
    /// Registries, by the names their images are stored under.
    pub registries: Vec<String>,
    /// Repositories.
    pub repositories: u64,
    /// Of those, repositories whose tags were listed completely.
    pub repositories_complete: u64,
    /// Tags ever seen.
    pub tags: u64,
    /// Tag observations, moved and deleted ones included.
    pub observations: u64,
    /// Images.
    pub images: u64,
    /// Images whose config was not read.
    pub images_unread: u64,
    /// Images with a known parent.
    pub images_with_parent: u64,
    /// Manifests and indexes that were read.
    pub manifests: u64,
    /// Manifests that are referred to and were not read.
    pub manifests_unread: u64,
    /// Distinct layers.
    pub layers: u64,
    /// Blobs on whose diff_id configs contradict each other.
    pub blobs_contradicted: u64,
    /// Nodes of the layer trie, the root not counted.
    pub trie_nodes: u64,
    /// Most layers of any image.
    pub depth: u64,
    /// Most ways on from one node.
    pub fan_out: u64,
    /// Nodes of the history trie, the root not counted: distinct beginnings of
    /// histories.
    pub steps: u64,
    /// Platforms.
    pub platforms: Vec<String>,
}

/// Counts an index; reads its tables once.
#[must_use]
pub fn stats(index: &Index) -> Stats {
    let nodes = index.table::<Node>(Section::Nodes);
    let mut fans = vec![0_u64; nodes.len()];
    for node in nodes {
        if let Some(fan) = fans.get_mut(node.parent.get() as usize) {
            *fan += 1;
        }
    }
    let images = index.table::<records::Image>(Section::Images);
    let parents = index.table::<records::Parent>(Section::Parents);
    let manifests = index.table::<records::Manifest>(Section::Manifests);
    let repositories = index.table::<records::Repository>(Section::Repositories);
    let mut registries: Vec<String> = Vec::new();
    for repository in repositories {
        let registry = index.name_text(repository.name).split('/').next().unwrap_or_default();
        if registries.last().map(String::as_str) != Some(registry) {
            registries.push(registry.to_owned());
        }
    }
    registries.sort();
    registries.dedup();
    let count = |n: usize| n as u64;
    let read = manifests.iter().filter(|manifest| manifest.kind.get() != 0).count();
    Stats {
        bytes: count(index.bytes().len()),
        observed_until: index.meta().observed_until,
        registries,
        repositories: count(repositories.len()),
        repositories_complete: count(repositories.iter().filter(|r| r.listed_seconds.get() != i64::MAX).count()),
        tags: count(index.table::<records::Tag>(Section::Tags).len()),
        observations: count(index.table::<records::Observation>(Section::Observations).len()),
        images: count(images.len()),
        images_unread: index.meta().unread_configs.into(),
        images_with_parent: count(parents.iter().filter(|parent| parent.image.get() != NONE).count()),
        manifests: count(read),
        manifests_unread: count(manifests.len() - read),
        layers: count(index.table::<Key>(Section::Layers).len()),
        blobs_contradicted: index.meta().contradicted_blobs.into(),
        // The table ends with a record that closes the last node.
        trie_nodes: count(nodes.len().saturating_sub(2)),
        depth: nodes.iter().map(|node| u64::from(node.depth.get())).max().unwrap_or(0),
        fan_out: fans.into_iter().max().unwrap_or(0),
        steps: count(index.table::<records::StepNode>(Section::StepNodes).len().saturating_sub(1)),
        platforms: index.platforms().iter().map(ToString::to_string).collect(),
    }
}
