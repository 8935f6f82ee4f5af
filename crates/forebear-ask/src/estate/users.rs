//! Who builds on a repository's images, and how stale they are.

use std::collections::{BTreeMap, HashMap};
use std::iter::Sum;
use std::ops::AddAssign;

use super::image_summary::ImageSummary;
use super::whole::Estate;
use crate::answers::FreshnessState;

/// Images by how current their base is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Staleness {
    /// Their base is the latest build.
    pub current: usize,
    /// It has a later build.
    pub outdated: usize,
    /// Nothing shows whether it has.
    pub unproven: usize,
    /// No base is known.
    pub without: usize,
}

impl Staleness {
    pub(super) fn of(image: &ImageSummary) -> Self {
        let mut own = Self::default();
        match image.base.as_ref().map(|base| base.freshness) {
            Some(Some(FreshnessState::Current)) => own.current = 1,
            Some(Some(FreshnessState::Outdated)) => own.outdated = 1,
            Some(Some(FreshnessState::Gone | FreshnessState::Unproven) | None) => own.unproven = 1,
            None => own.without = 1,
        }
        own
    }

    /// All of them.
    #[must_use]
    pub fn images(&self) -> usize {
        self.current + self.outdated + self.unproven + self.without
    }
}

impl AddAssign for Staleness {
    fn add_assign(&mut self, other: Self) {
        self.current += other.current;
        self.outdated += other.outdated;
        self.unproven += other.unproven;
        self.without += other.without;
    }
}

impl Sum for Staleness {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        let mut sum = Self::default();
        all.for_each(|one| sum += one);
        sum
    }
}

/// A repository that builds on another's images.
#[derive(Clone, Debug)]
pub struct UserAnswer {
    /// Its name.
    pub repository: String,
    /// How current its images' bases are.
    pub staleness: Staleness,
    /// The most builds that one of them is behind.
    pub builds_behind: u32,
    /// The most days.
    pub days_behind: u32,
}

impl Estate {
    /// For each repository of a base, who builds on its images that tags lead to now: most images
    /// first. The repository's own images are left out.
    #[must_use]
    pub fn users(&self) -> HashMap<&str, Vec<UserAnswer>> {
        let mut all: HashMap<&str, BTreeMap<&str, UserAnswer>> = HashMap::new();
        for image in self.images.iter().filter(|own| own.is_current && !own.repository.is_empty()) {
            let Some((base, summary)) = self.base_of(image).zip(image.base.as_ref()) else { continue };
            if base.repository.is_empty() || base.repository == image.repository {
                continue;
            }
            let users = all.entry(&base.repository).or_default();
            let user = users.entry(&image.repository).or_insert_with(|| UserAnswer {
                repository: image.repository.clone(),
                staleness: Staleness::default(),
                builds_behind: 0,
                days_behind: 0,
            });
            user.staleness += Staleness::of(image);
            user.builds_behind = user.builds_behind.max(summary.builds_behind);
            user.days_behind = user.days_behind.max(summary.days_behind);
        }
        let sorted = |users: BTreeMap<&str, UserAnswer>| {
            let mut users: Vec<UserAnswer> = users.into_values().collect();
            users.sort_by_key(|user| std::cmp::Reverse(user.staleness.images()));
            users
        };
        all.into_iter().map(|(base, users)| (base, sorted(users))).collect()
    }
}
