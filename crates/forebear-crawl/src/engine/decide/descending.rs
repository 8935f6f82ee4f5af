//! Down from a manifest: what is not stored below it is asked for.

use std::collections::HashSet;

use forebear_image::descend::MAX_NESTING;
use forebear_image::limits::MAX_BELOW_TAG;
use forebear_image::{ManifestDigest, RepositoryName};
use forebear_store::{Depth, Task};

use crate::engine::children::{Below, Children, Reached};
use crate::engine::effects::{Effects, Met};
use crate::engine::known::{Manifest, UnderWay};
use crate::engine::outcome::Outcome;

use super::given::Given;
use super::want::want;
use super::{attestation, config};

/// The walk below the manifests that one outcome leads to.
pub(super) struct Descending<'a> {
    pub given: Given<'a>,
    /// Where it has been: an index may list one child a thousand times.
    been: HashSet<Reached>,
    /// Where it could not go on, as that was not looked up.
    later: Vec<Reached>,
    /// Whether it met something that is being asked of another repository.
    elsewhere: bool,
}

impl<'a> Descending<'a> {
    pub(super) fn new(given: Given<'a>) -> Self {
        Self { given, been: HashSet::new(), later: Vec::new(), elsewhere: false }
    }

    /// What is left of an outcome, of which this much is left beside.
    pub(super) fn rest(self, rest: Option<Outcome>) -> Option<Outcome> {
        if self.later.is_empty() {
            return rest;
        }
        Some(Outcome::Below { reached: self.later, then: rest.map(Box::new) })
    }

    /// Walks below what it comes to.
    pub(super) fn descend(&mut self, repository: &RepositoryName, reached: Reached, effects: &mut Effects) {
        self.go_down(repository, reached, None, effects);
        self.note_elsewhere(repository, reached, None, effects);
    }

    /// Asks for a manifest that a tag leads to, or, where it is stored, for
    /// whatever is missing below it. `tag` is the name to ask by, where its digest
    /// is none.
    pub(super) fn manifest(
        &mut self,
        repository: &RepositoryName,
        digest: ManifestDigest,
        tag: Option<&str>,
        effects: &mut Effects,
    ) {
        let reached = Reached::Manifest { digest, depth: Depth::TAG };
        self.go_down(repository, reached, tag, effects);
        self.note_elsewhere(repository, reached, tag, effects);
    }

    /// Asks for what lies below a manifest that was just fetched.
    pub(super) fn fetched(
        &mut self,
        repository: &RepositoryName,
        (digest, depth): (ManifestDigest, Depth),
        children: &Children,
        effects: &mut Effects,
    ) {
        self.children(repository, (digest, depth), children, effects);
        self.note_elsewhere(repository, Reached::Manifest { digest, depth }, None, effects);
    }

    /// Walks where it has been before. Returns whether it has to wait for others
    /// once more.
    pub(super) fn again(
        &mut self,
        repository: &RepositoryName,
        reached: Reached,
        tag: Option<&str>,
        effects: &mut Effects,
    ) -> bool {
        self.go_down(repository, reached, tag, effects);
        std::mem::take(&mut self.elsewhere)
    }

    /// Has it walked once more, where something was met that is being asked of
    /// another repository: that may not have it.
    pub(super) fn note_elsewhere(
        &mut self,
        repository: &RepositoryName,
        reached: Reached,
        tag: Option<&str>,
        effects: &mut Effects,
    ) {
        if !std::mem::take(&mut self.elsewhere) {
            return;
        }
        let task = reached.again(repository, tag);
        if self.given.known.to_do(&task) == UnderWay::No {
            effects.tasks.push(task);
        }
    }

    fn go_down(&mut self, repository: &RepositoryName, reached: Reached, tag: Option<&str>, effects: &mut Effects) {
        match reached {
            Reached::Manifest { digest, depth } => self.go(repository, (digest, depth), tag, effects),
            Reached::Attestation(claim) => {
                if !self.been.insert(reached) {
                    return;
                }
                let stored = match self.given.known.manifest(&claim.attestation) {
                    Manifest::Unasked => return self.later.push(reached),
                    Manifest::Absent => None,
                    Manifest::Stored(said) => Some(said),
                };
                let to_do = attestation::wanted(claim, repository, stored, self.given, effects);
                self.met(to_do);
            }
        }
    }

    fn go(
        &mut self,
        repository: &RepositoryName,
        (digest, depth): (ManifestDigest, Depth),
        tag: Option<&str>,
        effects: &mut Effects,
    ) {
        let reached = Reached::Manifest { digest, depth };
        if !self.been.insert(reached) {
            return;
        }
        let tag = tag.map(str::to_owned);
        let task = Task::Manifest { digest, repository: repository.clone(), depth, tag };
        let known = self.given.known;
        let active = known.active(&task);
        if active != UnderWay::No {
            return self.met(active);
        }
        match known.manifest(&digest) {
            Manifest::Unasked => self.later.push(reached),
            Manifest::Absent => {
                let to_do = want(task, self.given, effects);
                self.met(to_do);
            }
            Manifest::Stored(children) => {
                if *children == Children::Schema1 {
                    effects.met(digest.0, Met::Known);
                }
                self.children(repository, (digest, depth), children, effects);
            }
        }
    }

    fn met(&mut self, to_do: UnderWay) {
        self.elsewhere |= to_do == UnderWay::Elsewhere;
    }

    /// Asks for what lies below a manifest where it is not stored.
    fn children(
        &mut self,
        repository: &RepositoryName,
        (digest, depth): (ManifestDigest, Depth),
        children: &Children,
        effects: &mut Effects,
    ) {
        match children {
            Children::Image { config } => {
                let to_do = config::wanted(*config, repository, self.given, effects);
                self.met(to_do);
            }
            Children::Index { entries, .. } if usize::from(depth.indexes()) >= MAX_NESTING => {
                let message = format!("an index inside {depth} others; its {entries} entries are left out");
                effects.warn_once(&format!("{repository}@{digest}"), "nesting", &message);
            }
            Children::Index { manifests, attestations, .. } => {
                let Below { reached, left_out } = Below::of(manifests, attestations, depth);
                if left_out > 0 {
                    let message = format!(
                        "its last {left_out} entries are left out: below one tag, {MAX_BELOW_TAG} manifests are asked for"
                    );
                    effects.warn_once(&format!("{repository}@{digest}"), "capped", &message);
                }
                for reached in reached {
                    self.go_down(repository, reached, None, effects);
                }
            }
            Children::Schema1 | Children::Artifact | Children::Attestation(_) => {}
        }
    }
}
