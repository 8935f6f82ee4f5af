//! Counting what an index holds.

use serde::Serialize;

use forebear_image::Timestamp;

use crate::coverage::{Coverage, of_registries};
use crate::format::records::{self, Key, Node};
use crate::format::{NONE, Section};
use crate::index::Index;

/// Counts of an index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stats {
    /// Size of the file in bytes.
    pub bytes: u64,
    /// Start of the latest run it holds observations of.
    pub observed_until: Option<Timestamp>,
    /// Bytes of the file for each image.
    pub bytes_per_image: Option<u64>,
    /// What each section of the file takes, in file order.
    pub sections: Vec<SectionSize>,
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
    /// Records of the crawler's store that were damaged and given up.
    pub lost_records: u64,
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
    /// What was crawled of each registry, when, and what is missing.
    pub coverage: Vec<Coverage>,
}

/// One section of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SectionSize {
    /// Its name in `docs/index-format.md`.
    pub section: String,
    /// Bytes.
    pub bytes: u64,
    /// How many elements that makes.
    pub elements: u64,
}

/// The size of every section.
fn section_sizes(index: &Index) -> Vec<SectionSize> {
    let size = |section: &Section| {
        let bytes = index.section_size(*section) as u64;
        let elements = bytes / (section.element_size() as u64).max(1);
        SectionSize { section: format!("{section:?}"), bytes, elements }
    };
    Section::ALL.iter().map(size).collect()
}

/// Counts an index, all of it; reads its tables once.
#[must_use]
pub fn stats(index: &Index) -> Stats {
    let view = index.view();
    let nodes = view.table::<Node>(Section::Nodes);
    let mut fans = vec![0_u64; nodes.len()];
    for node in nodes {
        if let Some(fan) = fans.get_mut(node.parent.get() as usize) {
            *fan += 1;
        }
    }
    let images = view.table::<records::Image>(Section::Images);
    let parents = view.table::<records::Parent>(Section::Parents);
    let manifests = view.table::<records::Manifest>(Section::Manifests);
    let repositories = view.table::<records::Repository>(Section::Repositories);
    let coverage = of_registries(&view);
    let count = |n: usize| n as u64;
    let read = manifests.iter().filter(|manifest| manifest.is_read()).count();
    Stats {
        bytes: count(index.bytes().len()),
        observed_until: index.meta().observed_until,
        bytes_per_image: count(index.bytes().len()).checked_div(count(images.len())),
        sections: section_sizes(index),
        registries: coverage.iter().filter(|own| own.repositories > 0).map(|own| own.name.clone()).collect(),
        repositories: count(repositories.len()),
        repositories_complete: count(repositories.iter().filter(|r| r.listed_seconds.get() != i64::MAX).count()),
        tags: count(view.table::<records::Tag>(Section::Tags).len()),
        observations: count(view.table::<records::Observation>(Section::Observations).len()),
        images: count(images.len()),
        images_unread: index.meta().unread_configs.into(),
        images_with_parent: count(parents.iter().filter(|parent| parent.image.get() != NONE).count()),
        manifests: count(read),
        manifests_unread: count(manifests.len() - read),
        layers: count(view.table::<Key>(Section::Layers).len()),
        blobs_contradicted: index.meta().contradicted_blobs.into(),
        lost_records: index.meta().lost_records,
        // The table ends with a record that closes the last node.
        trie_nodes: count(nodes.len().saturating_sub(2)),
        depth: nodes.iter().map(|node| u64::from(node.depth.get())).max().unwrap_or(0),
        fan_out: fans.into_iter().max().unwrap_or(0),
        steps: count(view.table::<records::StepNode>(Section::StepNodes).len().saturating_sub(1)),
        platforms: view.platforms().iter().map(ToString::to_string).collect(),
        coverage,
    }
}
