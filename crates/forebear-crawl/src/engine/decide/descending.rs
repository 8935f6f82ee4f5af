//! Down from a manifest: what is not stored below it is asked for.

use std::collections::HashSet;

use forebear_image::descend::MAX_NESTING;
use forebear_image::{ManifestDigest, RepositoryName};
use forebear_store::Task;

use crate::engine::children::{Children, Reached};
use crate::engine::effects::{Effects, Met};
use crate::engine::known::Manifest;
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
}

impl<'a> Descending<'a> {
    pub(super) fn new(given: Given<'a>) -> Self {
        Self { given, been: HashSet::new(), later: Vec::new() }
    }

    /// What is left of an outcome, of which this much is left beside.
    pub(super) fn rest(self, rest: Option<Outcome>) -> Option<Outcome> {
        if self.later.is_empty() {
            return rest;
        }
        Some(Outcome::Below { reached: self.later, then: rest.map(Box::new) })
    }

    pub(super) fn descend(&mut self, repository: &RepositoryName, reached: Reached, effects: &mut Effects) {
        match reached {
            Reached::Manifest { digest, depth } => self.manifest(repository, (digest, depth), None, effects),
            Reached::Attestation(claim) => {
                if !self.been.insert(reached) {
                    return;
                }
                let known = self.given.known;
                match known.manifest(&claim.attestation) {
                    Manifest::Unasked => self.later.push(reached),
                    Manifest::Absent => attestation::wanted(claim, repository, None, self.given, effects),
                    Manifest::Stored(said) => {
                        attestation::wanted(claim, repository, Some(said), self.given, effects);
                    }
                }
            }
        }
    }

    /// Asks for a manifest, or, where it is stored, for whatever is missing below
    /// it. `tag` is the name to ask by, where its digest is none.
    pub(super) fn manifest(
        &mut self,
        repository: &RepositoryName,
        (digest, depth): (ManifestDigest, u8),
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
        if known.is_active(&task) {
            return;
        }
        match known.manifest(&digest) {
            Manifest::Unasked => self.later.push(reached),
            Manifest::Absent => want(task, self.given, effects),
            Manifest::Stored(children) => {
                if *children == Children::Schema1 {
                    effects.met(digest.0, Met::Known);
                }
                self.children(repository, (digest, depth), children, effects);
            }
        }
    }

    /// Asks for what lies below a manifest where it is not stored.
    pub(super) fn children(
        &mut self,
        repository: &RepositoryName,
        (digest, depth): (ManifestDigest, u8),
        children: &Children,
        effects: &mut Effects,
    ) {
        match children {
            Children::Image { config } => config::wanted(*config, repository, self.given, effects),
            Children::Index { entries, .. } if usize::from(depth) >= MAX_NESTING => {
                let message = format!("an index inside {depth} others; its {entries} entries are left out");
                effects.warn_once(&format!("{repository}@{digest}"), "nesting", &message);
            }
            Children::Index { manifests, attestations, .. } => {
                for child in manifests {
                    self.manifest(repository, (*child, depth + 1), None, effects);
                }
                for claim in attestations {
                    self.descend(repository, Reached::Attestation(*claim), effects);
                }
            }
            Children::Schema1 | Children::Artifact | Children::Attestation(_) => {}
        }
    }
}
