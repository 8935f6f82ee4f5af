//! Every image whose base has a later build, the worst first.
//!
//! Bases are walked, each with the images that stand on it, so that what a base's names say is
//! looked up once for all of those: the time is linear in images and names.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use forebear_image::declared::Declared;
use rayon::prelude::*;

use crate::ids::{ImageId, TagId};
use crate::image_set::ImageSet;
use crate::names::{FreshnessState, Name, declared_name, shown};
use crate::resolve::parent_of_indexed;
use crate::view::View;

/// Images on one base that are looked at one after the other: a handful is done faster than
/// another thread is woken.
const FEW: usize = 512;

/// Longer than any real lineage; a guard.
const MAX_ANCESTORS: usize = 1_000;

/// Images whose base has a later build, and how many others that does not tell of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outdated {
    /// Those, most builds behind first, then most days, then in order of names.
    pub images: Vec<OutdatedImage>,
    /// Images that are not among them, and of which an ancestor is in their place: its base has a
    /// later build.
    pub further_down: usize,
}

/// An image whose base has a later build.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OutdatedImage {
    /// Builds that its base is behind.
    pub builds_behind: u32,
    /// Whole days since the first of them.
    pub days_behind: u32,
    /// The name that is shown for the image.
    pub tag: TagId,
    /// The image.
    pub image: ImageId,
    /// Its base.
    pub base: ImageId,
}

impl View {
    /// Images whose base has a later build by its counting name. `wanted` picks, of an image's
    /// names, those by which it is asked for; an image of which it picks none is left out.
    #[must_use]
    pub fn outdated(&self, wanted: impl Fn(Vec<Name>) -> Vec<Name> + Sync) -> Outdated {
        let images = || (0..self.image_count()).into_par_iter().map(ImageId);
        // The stored parents are today's.
        let parents: Option<Vec<Option<ImageId>>> = self.as_of().map(|_| {
            let parent = |image: ImageId| Some(parent_of_indexed(self, image)?.0);
            images().map(|image| self.is_visible(image).then(|| parent(image)).flatten()).collect()
        });
        let parent = |image: ImageId| match &parents {
            None => self.stored_parent(image).map(|(parent, _)| parent),
            Some(parents) => parents.get(image.0 as usize).copied().flatten(),
        };
        let found: Vec<Found> = match &parents {
            None => images().flat_map(|base| self.outdated_on(base, &wanted)).collect(),
            Some(_) => images()
                .filter_map(|image| self.outdated_one(image, &Base::new(self, parent(image)?), &wanted))
                .collect(),
        };
        let mut outdated = ImageSet::none_of(self.image_count());
        outdated.extend(found.iter().map(|(image, _)| *image));
        let mut rows: Vec<OutdatedImage> = found.into_iter().filter_map(|(_, row)| row).collect();
        rows.par_sort_unstable_by_key(|one| {
            (std::cmp::Reverse((one.builds_behind, one.days_behind)), one.tag, one.image)
        });
        let is_above = |image: &ImageId| {
            let ancestors = std::iter::successors(parent(*image), |at| parent(*at)).take(MAX_ANCESTORS);
            !outdated.contains(*image) && ancestors.into_iter().any(|ancestor| outdated.contains(ancestor))
        };
        let is_wanted = |image: &ImageId| shown(&wanted(self.names_of(*image)), &[]).is_some();
        let further_down = images().filter(is_above).filter(is_wanted).count();
        Outdated { images: rows, further_down }
    }

    /// Those that stand on one base.
    fn outdated_on(&self, base: ImageId, wanted: &(impl Fn(Vec<Name>) -> Vec<Name> + Sync)) -> Vec<Found> {
        let children: Vec<ImageId> = self.stored_children(base).collect();
        if children.is_empty() {
            return Vec::new();
        }
        let base = Base::new(self, base);
        let one = |image: ImageId| self.outdated_one(image, &base, wanted);
        if children.len() < FEW {
            return children.into_iter().filter_map(one).collect();
        }
        children.into_par_iter().filter_map(one).collect()
    }

    fn outdated_one(&self, image: ImageId, base: &Base<'_>, wanted: &impl Fn(Vec<Name>) -> Vec<Name>) -> Option<Found> {
        let (builds_behind, days_behind) = base.behind(&self.declared_bases(image))?;
        let tag = shown(&wanted(self.names_of(image)), &[]).map(|name| name.tag);
        let row = tag.map(|tag| OutdatedImage { builds_behind, days_behind, tag, image, base: base.image });
        Some((image, row))
    }

    /// What an image declares of its base.
    #[must_use]
    pub fn declared_bases(&self, image: ImageId) -> Vec<Declared> {
        self.declared_of(image).filter_map(|text| serde_json::from_str(text).ok()).collect()
    }
}

/// An image whose base has a later build, and what is told of it where it is asked for.
type Found = (ImageId, Option<OutdatedImage>);

/// Builds and days that a base is behind.
type Behind = (u32, u32);

/// A base, and how far behind it is: looked up once for each of its names that an image may
/// declare, however many images stand on it.
struct Base<'a> {
    view: &'a View,
    image: ImageId,
    names: Vec<Name>,
    told: Mutex<HashMap<Option<TagId>, Option<Behind>>>,
}

impl<'a> Base<'a> {
    fn new(view: &'a View, image: ImageId) -> Self {
        Self { view, image, names: view.names_of(image), told: Mutex::default() }
    }

    /// How far it is behind as the base of an image that declares this; `None` where it is not.
    fn behind(&self, declared: &[Declared]) -> Option<Behind> {
        let name = declared_name(&self.names, declared).map(|name| name.tag);
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        *told.entry(name).or_insert_with(|| {
            let found = self.view.freshness(self.image, &self.names, declared, |_| true)?;
            let is_outdated = found.state == FreshnessState::Outdated;
            is_outdated.then_some((found.builds_behind, found.days_behind))
        })
    }
}
