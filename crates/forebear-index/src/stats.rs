//! Counting what an index holds, or held as of an earlier time.

use std::collections::HashSet;

use rayon::prelude::*;
use serde::Serialize;

use forebear_image::{Platform, Timestamp};

use crate::coverage::{Coverage, of_registries, of_some, visible_repositories};
use crate::format::records::{self, Key, Node};
use crate::format::{NONE, Section};
use crate::ids::{ImageId, RepositoryId};
use crate::index::Index;
use crate::resolve::parent_of_indexed;
use crate::view::View;

/// Counts of an index. As of an earlier time, what is said of the file, its sections, its
/// layers and its steps is said of the file as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stats {
    /// Size of the file in bytes.
    pub bytes: u64,
    /// The time that was asked as of.
    pub as_of: Option<Timestamp>,
    /// Start of the latest run it holds observations of; as of an earlier time, of the
    /// latest until then that left a trace.
    pub observed_until: Option<Timestamp>,
    /// Bytes of the file for each image in it.
    pub bytes_per_image: Option<u64>,
    /// What each section of the file takes, in file order.
    pub sections: Vec<SectionSize>,
    /// Registries, by the names their images are stored under.
    pub registries: Vec<String>,
    /// Repositories.
    pub repositories: u64,
    /// Of those, repositories whose tags were listed completely.
    pub repositories_complete: u64,
    /// Of those, repositories of which it is not known as of an earlier time: a later run
    /// listed them, and whether one had by then is not kept.
    pub repositories_complete_unknown: u64,
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
    /// Manifests and indexes that were read; as of an earlier time, those that tags had led to.
    pub manifests: u64,
    /// Manifests that are referred to and were not read.
    pub manifests_unread: u64,
    /// Distinct layers in the file.
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
    /// Platforms; as of an earlier time, those of images that had been seen.
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

/// Counts an index, as of the view's time; reads its tables once.
#[must_use]
pub fn stats(view: &View) -> Stats {
    let whole = Stats { as_of: view.as_of(), ..of_file(view.index()) };
    if !view.is_earlier() {
        return whole;
    }
    let repositories: Vec<RepositoryId> = visible_repositories(view).collect();
    let held = of_some(view, "", &repositories);
    let images: Vec<ImageId> =
        (0..view.image_count()).into_par_iter().map(ImageId).filter(|image| view.is_visible(*image)).collect();
    let unread = |image: &&ImageId| view.image(**image).is_some_and(|image| !image.is_read());
    // The stored parents are today's.
    let has_parent = |image: &&ImageId| parent_of_indexed(view, **image).is_some();
    let platforms: HashSet<Platform> = images.iter().filter_map(|image| view.platform_of(*image, None)).collect();
    let coverage = of_registries(view);
    Stats {
        observed_until: view.last_run(),
        registries: registries(&coverage),
        repositories: held.repositories,
        repositories_complete: held.repositories_complete,
        repositories_complete_unknown: held.repositories_complete_unknown,
        tags: held.tags,
        observations: held.observations,
        images: images.len() as u64,
        images_unread: images.iter().filter(unread).count() as u64,
        images_with_parent: images.par_iter().filter(has_parent).count() as u64,
        manifests: held.manifests,
        manifests_unread: held.manifests_unread,
        platforms: view.platforms().iter().filter(|own| platforms.contains(own)).map(ToString::to_string).collect(),
        coverage,
        ..whole
    }
}

fn registries(coverage: &[Coverage]) -> Vec<String> {
    coverage.iter().filter(|own| own.repositories > 0).map(|own| own.name.clone()).collect()
}

fn of_file(index: &Index) -> Stats {
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
        as_of: None,
        observed_until: index.meta().observed_until,
        bytes_per_image: count(index.bytes().len()).checked_div(count(images.len())),
        sections: section_sizes(index),
        registries: registries(&coverage),
        repositories: count(repositories.len()),
        repositories_complete: count(repositories.iter().filter(|r| r.listed_seconds.get() != i64::MAX).count()),
        repositories_complete_unknown: 0,
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
