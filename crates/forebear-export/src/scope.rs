//! What is exported: all of a view, or the images that filters choose, with their ancestors.

use std::collections::BTreeSet;

use forebear_ask::ReferenceGlobs;
use forebear_image::Platform;
use forebear_image::agreement::Agreement;
use forebear_index::resolve::parent_of_indexed;
use forebear_index::{ImageId, ImageSet, ManifestId, ManifestKind, ObservationId, RepositoryId, View};
use rayon::prelude::*;

use crate::covered::{Covered, covered};
use crate::error::ExportError;
use crate::lines::KeptLines;

/// Longer than any real lineage; a guard.
const MAX_ANCESTORS: usize = 1_000;

/// Which images are chosen.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Those with such a name; all without any.
    pub globs: ReferenceGlobs,
    /// Those for one of these; all without any.
    pub platforms: Vec<Platform>,
}

impl Filter {
    fn is_by_name(&self) -> bool {
        !self.globs.is_empty()
    }

    fn chooses_all(&self) -> bool {
        !self.is_by_name() && self.platforms.is_empty()
    }

    /// What it chooses, in words: `named acme/*`, `for linux/amd64`.
    pub(crate) fn sentences(&self) -> Vec<String> {
        let platforms: Vec<String> = self.platforms.iter().map(ToString::to_string).collect();
        let named = self.is_by_name().then(|| format!("named {}", self.globs.texts().join(" or ")));
        named.into_iter().chain((!platforms.is_empty()).then(|| format!("for {}", platforms.join(" or ")))).collect()
    }
}

/// What is exported.
pub(crate) struct Scope {
    pub(crate) view: View,
    /// Whether tables are divided by registry, so that every row has to tell its own.
    pub(crate) by_registry: bool,
    filter: Filter,
    /// Images in the order of their digests.
    pub(crate) images: Vec<ImageId>,
    /// What coverage is stated of.
    pub(crate) covered: Vec<Covered>,
    /// Dockerfile lines of ancestors.
    pub(crate) lines: KeptLines,
    selected: ImageSet,
    kept: ImageSet,
}

impl Scope {
    pub(crate) fn new(view: &View, filter: Filter, by_registry: bool) -> Result<Self, ExportError> {
        if filter.is_by_name() {
            filter.globs.ensure_known(view)?;
        }
        let mut images = view.images_by_digest();
        let mut scope = Self {
            view: view.clone(),
            by_registry,
            filter,
            images: Vec::new(),
            covered: Vec::new(),
            lines: KeptLines::default(),
            selected: ImageSet::none_of(view.image_count()),
            kept: ImageSet::none_of(view.image_count()),
        };
        let chosen: Vec<ImageId> = images.par_iter().copied().filter(|image| scope.chooses(*image)).collect();
        if chosen.is_empty() && !scope.filter.platforms.is_empty() {
            let platforms: Vec<String> = scope.filter.platforms.iter().map(ToString::to_string).collect();
            return Err(ExportError::NoSuchPlatform(platforms.join(", ")));
        }
        for image in chosen {
            scope.selected.insert(image);
            let mut at = Some(image);
            // Whoever is in already came with all ancestors.
            while let Some(image) = at.filter(|image| scope.kept.insert(*image)) {
                at = scope.parent(image);
            }
        }
        images.retain(|image| scope.kept.contains(*image));
        scope.images = images;
        let chooses_all = scope.filter.chooses_all();
        scope.covered = covered(view, chooses_all, |id| scope.has_repository(id));
        Ok(scope)
    }

    /// Whether every fact is exported.
    fn is_whole(&self) -> bool {
        self.filter.chooses_all() && self.view.as_of().is_none()
    }

    fn chooses(&self, image: ImageId) -> bool {
        let view = &self.view;
        let for_platform = || {
            let own = view.platform_of(image, None);
            let fits = |wanted: &Platform| own.as_ref().is_some_and(|own| own.fit(wanted).is_some());
            self.filter.platforms.is_empty() || self.filter.platforms.iter().any(fits)
        };
        let named = || {
            !self.filter.is_by_name() || view.names_of(image).iter().any(|name| self.filter.globs.mean(&name.reference))
        };
        view.is_visible(image) && for_platform() && named()
    }

    /// Whether filters chose an image itself.
    pub(crate) fn is_selected(&self, image: ImageId) -> bool {
        self.selected.contains(image)
    }

    pub(crate) fn has(&self, image: ImageId) -> bool {
        self.kept.contains(image)
    }

    /// An image's ranked parent.
    pub(crate) fn parent(&self, image: ImageId) -> Option<ImageId> {
        self.parent_with(image).map(|(parent, _)| parent)
    }

    /// An image's ranked parent, and how their histories agree.
    pub(crate) fn parent_with(&self, image: ImageId) -> Option<(ImageId, Agreement)> {
        let view = &self.view;
        // The stored parents are today's.
        if view.as_of().is_none() { view.stored_parent(image) } else { parent_of_indexed(view, image) }
    }

    /// What an observed target offered, as far as it is exported: manifest, platform, image. What an
    /// index lists twice for one platform is offered once.
    pub(crate) fn offered(&self, target: ManifestId) -> Vec<(ManifestId, Option<Platform>, Option<ImageId>)> {
        let view = &self.view;
        let (mut offered, mut seen) = (Vec::new(), BTreeSet::new());
        for (manifest, stated, image) in self.leads_to(target) {
            let is_exported = image.map_or_else(|| self.has_manifest(manifest), |image| self.has(image));
            let platform = stated.or_else(|| image.and_then(|image| view.platform_of(image, Some(manifest))));
            if is_exported && seen.insert((manifest, platform.clone())) {
                offered.push((manifest, platform, image));
            }
        }
        offered
    }

    /// An image's ancestors, nearest first.
    pub(crate) fn ancestors(&self, image: ImageId) -> impl Iterator<Item = ImageId> {
        self.ancestors_with(image).map(|(ancestor, _)| ancestor)
    }

    /// The same, each with how the history of the image above agrees with its own.
    pub(crate) fn ancestors_with(&self, image: ImageId) -> impl Iterator<Item = (ImageId, Agreement)> {
        std::iter::successors(self.parent_with(image), |(at, _)| self.parent_with(*at)).take(MAX_ANCESTORS)
    }

    /// What a manifest or index leads to: each manifest, the platform that an index has it for, and
    /// its image where that was read.
    fn leads_to(&self, target: ManifestId) -> Vec<(ManifestId, Option<Platform>, Option<ImageId>)> {
        let image = |manifest| self.view.manifest(manifest).and_then(|own| own.image());
        match self.view.manifest(target).map(|own| own.kind()) {
            Some(ManifestKind::Index) => {
                let offered = self.view.offered_platforms(target).into_iter();
                offered.map(|(own, platform, _)| (own, platform, image(own))).collect()
            }
            _ => vec![(target, None, image(target))],
        }
    }

    /// Whether an observation is exported.
    pub(crate) fn has_observation(&self, id: ObservationId) -> bool {
        if self.is_whole() {
            return true;
        }
        let Some(name) = self.view.name(id) else { return false };
        let target = self.view.observed_manifest(id);
        let leads = || target.is_some_and(|target| self.leads_to(target).iter().any(|(.., own)| self.is_in(*own)));
        (self.filter.platforms.is_empty() && self.filter.globs.mean(&name.reference)) || leads()
    }

    fn is_in(&self, image: Option<ImageId>) -> bool {
        image.is_some_and(|image| self.has(image))
    }

    /// Whether a manifest is exported.
    pub(crate) fn has_manifest(&self, id: ManifestId) -> bool {
        if self.is_whole() {
            return true;
        }
        let Some(manifest) = self.view.manifest(id) else { return false };
        if let Some(image) = manifest.image() {
            return self.has(image);
        }
        let seen = || self.view.observations_of(id).any(|observation| self.has_observation(observation));
        seen()
            || self.view.indexes_of(id).any(|index| index != id && self.has_index(index))
            || (manifest.kind() == ManifestKind::Index && self.has_index(id))
    }

    /// Whether an index is exported: it leads to an image that is, or a tag that is led to it.
    pub(crate) fn has_index(&self, id: ManifestId) -> bool {
        self.is_whole()
            || self.leads_to(id).iter().any(|(.., own)| self.is_in(*own))
            || self.view.observations_of(id).any(|observation| self.has_observation(observation))
    }

    /// Whether a repository is exported.
    pub(crate) fn has_repository(&self, id: RepositoryId) -> bool {
        if self.filter.chooses_all() {
            return self.view.is_repository_visible(id);
        }
        let tags = self.view.tags_of(id);
        tags.flat_map(|tag| self.view.observations_of_tag(tag)).any(|own| self.has_observation(own))
    }
}
