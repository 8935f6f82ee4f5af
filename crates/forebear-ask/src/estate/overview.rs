//! What all images come to. Of those that a tag leads to now: nobody asks how old a build is
//! that nobody can pull by name.

use std::collections::{BTreeMap, BTreeSet};

use super::image_summary::ImageSummary;
use super::shared_layer::SharedLayer;
use super::users::Staleness;
use super::whole::Estate;

/// The most images that are told of as bearing many.
const MOST: usize = 200;

/// What all images come to.
#[derive(Clone, Debug)]
pub struct Overview {
    /// Images that a tag leads to now.
    pub images: usize,
    /// How current their bases are.
    pub staleness: Staleness,
    /// Repositories of bases, the most used first.
    pub bases: Vec<BaseUse>,
    /// Images by builds that their base is behind.
    pub by_builds: Vec<Bucket>,
    /// Outdated images by days since their base was rebuilt.
    pub by_days: Vec<Bucket>,
    /// Images by number of ancestors.
    pub by_depth: Vec<Bucket>,
    /// Images that bear the most.
    pub fan_out: Vec<FanOut>,
    /// Layers that are shared most.
    pub layers: Vec<SharedLayer>,
}

/// A repository, and who builds on its images.
#[derive(Clone, Debug)]
pub struct BaseUse {
    /// The base's repository.
    pub repository: String,
    /// Repositories with an image on it.
    pub repositories: usize,
    /// How current those images' bases are.
    pub staleness: Staleness,
}

/// A part of a histogram.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// What it holds, for people: `2–3`.
    pub label: String,
    /// How many images.
    pub images: usize,
}

/// An image that bears others.
#[derive(Clone, Debug)]
pub struct FanOut {
    /// Its place among all images.
    pub image: usize,
    /// Images that are built on it.
    pub children: usize,
    /// Those, and what is built on them.
    pub all: usize,
}

/// Limits of histograms: from each to the next one, the last without an end.
const BUILDS: [u32; 6] = [0, 1, 2, 4, 8, 16];
const DAYS: [u32; 6] = [0, 8, 31, 91, 181, 366];

impl Estate {
    /// What all images come to.
    #[must_use]
    pub fn overview(&self) -> Overview {
        let current = || self.images.iter().filter(|own| own.is_current);
        let known = || current().filter_map(|own| own.base.as_ref());
        let behind = known().filter(|base| base.freshness.is_some());
        let late = known().filter(|base| base.is_outdated());
        let mut depths: BTreeMap<usize, usize> = BTreeMap::new();
        current().for_each(|own| *depths.entry(own.depth).or_default() += 1);
        Overview {
            images: current().count(),
            staleness: current().map(Staleness::of).sum(),
            bases: self.bases(),
            by_builds: buckets(&BUILDS, behind.map(|base| base.builds_behind)),
            by_days: buckets(&DAYS, late.map(|base| base.days_behind)),
            by_depth: depths.into_iter().map(|(depth, images)| Bucket { label: depth.to_string(), images }).collect(),
            fan_out: self.fan_out(),
            layers: self.layers.clone(),
        }
    }

    fn bases(&self) -> Vec<BaseUse> {
        let mut all: BTreeMap<&str, (BTreeSet<&str>, Staleness)> = BTreeMap::new();
        for image in self.images.iter().filter(|own| own.is_current) {
            let base = self.base_of(image).map(|base| base.repository.as_str());
            let Some(base) = base.filter(|base| !base.is_empty() && *base != image.repository) else { continue };
            let (repositories, staleness) = all.entry(base).or_default();
            repositories.insert(&image.repository);
            *staleness += Staleness::of(image);
        }
        let one = |(repository, (repositories, staleness)): (&str, (BTreeSet<&str>, Staleness))| BaseUse {
            repository: repository.to_owned(),
            repositories: repositories.len(),
            staleness,
        };
        let mut bases: Vec<BaseUse> = all.into_iter().map(one).collect();
        bases.sort_by_key(|base| std::cmp::Reverse(base.staleness.images()));
        bases
    }

    fn fan_out(&self) -> Vec<FanOut> {
        // Descendants, from the leaves down: who is deeper comes first.
        let mut order: Vec<usize> = (0..self.images.len()).collect();
        let depth = |at: &usize| self.images.get(*at).map_or(0, |own| own.depth);
        order.sort_by_key(|at| std::cmp::Reverse(depth(at)));
        let mut below = vec![0_usize; self.images.len()];
        for at in order {
            let own = below.get(at).copied().unwrap_or_default();
            let base = self.images.get(at).and_then(|own| own.base.as_ref()).map(|base| base.place);
            if let Some(all) = base.and_then(|base| below.get_mut(base)) {
                *all += own + 1;
            }
        }
        let one = |(image, all): (usize, usize)| FanOut {
            image,
            children: self.children.get(image).map_or(0, Vec::len),
            all,
        };
        let mut found: Vec<FanOut> = below.into_iter().enumerate().filter(|(_, all)| *all > 0).map(one).collect();
        found.sort_by_key(|own| (std::cmp::Reverse((own.children, own.all)), own.image));
        found.truncate(MOST);
        found
    }

    /// The image at a place that an answer named.
    #[must_use]
    pub fn at(&self, place: usize) -> Option<&ImageSummary> {
        self.images.get(place)
    }
}

fn buckets(limits: &[u32], values: impl Iterator<Item = u32>) -> Vec<Bucket> {
    let label = |at: usize, from: u32| match limits.get(at + 1) {
        Some(next) if *next == from + 1 => from.to_string(),
        Some(next) => format!("{from}–{}", next - 1),
        None => format!("{from} or more"),
    };
    let mut all: Vec<Bucket> =
        limits.iter().enumerate().map(|(at, from)| Bucket { label: label(at, *from), images: 0 }).collect();
    for value in values {
        let at = limits.iter().rposition(|from| *from <= value);
        if let Some(bucket) = at.and_then(|at| all.get_mut(at)) {
            bucket.images += 1;
        }
    }
    all
}
