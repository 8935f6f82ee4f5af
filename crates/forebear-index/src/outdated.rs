//! Every image whose base has a later build, the worst first.
//!
//! Bases are walked, each with the images that stand on it, so that what a base's names say is
//! looked up once for all of those: the time is linear in images and names.

use forebear_image::declared::Declared;
use rayon::prelude::*;

use crate::ids::{ImageId, TagId};
use crate::names::{Freshness, FreshnessState, Name, shown};
use crate::resolve::parent_of_indexed;
use crate::view::View;

/// Images on one base that are looked at one after the other: a handful is done faster than
/// another thread is woken.
const FEW: usize = 512;

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
    /// Images whose base has a later build by its counting name, most builds behind first, then
    /// most days, then in order of names. `wanted` picks, of an image's names, those by which it
    /// is asked for; an image of which it picks none is left out.
    #[must_use]
    pub fn outdated(&self, wanted: impl Fn(Vec<Name>) -> Vec<Name> + Sync) -> Vec<OutdatedImage> {
        let images = (0..self.image_count()).into_par_iter().map(ImageId);
        let mut found: Vec<OutdatedImage> = if self.as_of().is_none() {
            images.flat_map(|base| self.outdated_on(base, &wanted)).collect()
        } else {
            // The stored parents are today's.
            let visible = images.filter(|image| self.is_visible(*image));
            let parent = |image: ImageId| Some((image, parent_of_indexed(self, image)?.0));
            visible
                .filter_map(parent)
                .filter_map(|(image, base)| self.outdated_one(image, base, None, &wanted))
                .collect()
        };
        found.par_sort_unstable_by_key(|one| {
            (std::cmp::Reverse((one.builds_behind, one.days_behind)), one.tag, one.image)
        });
        found
    }

    /// Those that stand on one base.
    fn outdated_on(&self, base: ImageId, wanted: &(impl Fn(Vec<Name>) -> Vec<Name> + Sync)) -> Vec<OutdatedImage> {
        let children: Vec<ImageId> = self.stored_children(base).collect();
        if children.is_empty() {
            return Vec::new();
        }
        let names = self.names_of(base);
        let undeclared = self.freshness(base, &names, &[], |_| true);
        let known = Some((names.as_slice(), undeclared.as_ref()));
        let one = |image: ImageId| self.outdated_one(image, base, known, wanted);
        if children.len() < FEW {
            return children.into_iter().filter_map(one).collect();
        }
        children.into_par_iter().filter_map(one).collect()
    }

    /// An image on its base; `known` is what its names say where the image declares none of them.
    fn outdated_one(
        &self,
        image: ImageId,
        base: ImageId,
        known: Option<(&[Name], Option<&Freshness>)>,
        wanted: &impl Fn(Vec<Name>) -> Vec<Name>,
    ) -> Option<OutdatedImage> {
        let declared = self.declared_bases(image);
        let freshness = match known {
            Some((_, undeclared)) if declared.is_empty() => undeclared?.clone(),
            Some((names, _)) => self.freshness(base, names, &declared, |_| true)?,
            None => self.freshness(base, &self.names_of(base), &declared, |_| true)?,
        };
        if freshness.state != FreshnessState::Outdated {
            return None;
        }
        let tag = shown(&wanted(self.names_of(image)), &[])?.tag;
        let Freshness { builds_behind, days_behind, .. } = freshness;
        Some(OutdatedImage { builds_behind, days_behind, tag, image, base })
    }

    /// What an image declares of its base.
    #[must_use]
    pub fn declared_bases(&self, image: ImageId) -> Vec<Declared> {
        self.declared_of(image).filter_map(|text| serde_json::from_str(text).ok()).collect()
    }
}
