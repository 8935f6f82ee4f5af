//! The walk below the manifests that a chunk leads to, level by level.

use std::collections::{HashMap, HashSet, VecDeque};

use forebear_image::descend::MAX_NESTING;
use forebear_image::{ConfigDigest, ManifestDigest, ManifestFacts, RepositoryName};
use forebear_store::{Depth, Stage, Task};

use crate::engine::children::{Below, Children, Reached};
use crate::engine::known::LookedUp;
use crate::engine::outcome::AT_ONCE;
use crate::selection::Selection;

use super::candidates::Candidates;

/// Manifests asked for in one question. Each may be megabytes until it is
/// reduced to what lies below it; as many may be on their way from the registry.
const MANIFESTS_ASKED: usize = 256;
/// Entries of indexes that one chunk holds, about.
const MAX_ENTRIES: usize = 16 * AT_ONCE;

/// Where the walk comes to: whose it is, and what.
type Place<'a> = (&'a RepositoryName, Reached);

/// The walk of one chunk.
pub(super) struct Walk<'a> {
    selection: &'a Selection,
    /// Manifests that outcomes bring along, as good as stored.
    brought: HashMap<ManifestDigest, Children>,
    /// Manifests that outcomes lead to: they are looked up whatever else is.
    direct: HashSet<ManifestDigest>,
    been: HashSet<Place<'a>>,
    /// Where it has just come to,
    new: VecDeque<Place<'a>>,
    /// where it waits for what is stored there,
    unknown: Vec<Place<'a>>,
    /// where nothing is stored,
    missing: Vec<Place<'a>>,
    /// and the configs that it came to.
    configs: Vec<(ConfigDigest, &'a RepositoryName)>,
    configs_asked: usize,
}

impl<'a> Walk<'a> {
    pub(super) fn new(selection: &'a Selection) -> Self {
        Self {
            selection,
            brought: HashMap::new(),
            direct: HashSet::new(),
            been: HashSet::new(),
            new: VecDeque::new(),
            unknown: Vec::new(),
            missing: Vec::new(),
            configs: Vec::new(),
            configs_asked: 0,
        }
    }

    /// Takes a manifest that an outcome leads to.
    pub(super) fn begin(&mut self, repository: &'a RepositoryName, digest: ManifestDigest, depth: Depth) {
        self.direct.insert(digest);
        self.come(repository, Reached::Manifest { digest, depth });
    }

    /// Takes a manifest that an outcome brings along.
    pub(super) fn bring(
        &mut self,
        repository: &'a RepositoryName,
        digest: ManifestDigest,
        facts: &ManifestFacts,
        depth: Depth,
    ) {
        let children = Children::of(facts, self.selection);
        if children == Children::Artifact {
            // It may be known as an attestation.
            self.begin(repository, digest, depth);
        }
        self.below(repository, &children, depth);
        self.brought.insert(digest, children);
    }

    /// Comes to a manifest.
    pub(super) fn come(&mut self, repository: &'a RepositoryName, reached: Reached) {
        let place = (repository, reached);
        if self.been.insert(place) {
            self.new.push_back(place);
        }
    }

    /// Goes down as far as is known. Returns the manifests that are to be looked
    /// up next, each once; none where enough is known for one chunk.
    pub(super) fn manifests(&mut self, known: &LookedUp) -> Vec<ManifestDigest> {
        for place in std::mem::take(&mut self.unknown) {
            self.go_down(place, known);
        }
        while let Some(place) = self.new.pop_front() {
            let (repository, reached) = place;
            if let Some(children) = self.brought.get(&reached.digest()).cloned()
                && let Reached::Manifest { depth, .. } = reached
            {
                self.below(repository, &children, depth);
            }
            self.go_down(place, known);
        }
        let is_enough = known.manifests.len() >= AT_ONCE || known.entries >= MAX_ENTRIES;
        let mut asked = HashSet::new();
        let digests = self.unknown.iter().map(|(_, reached)| reached.digest());
        let digests = digests.filter(|digest| !is_enough || self.direct.contains(digest));
        digests.filter(|digest| asked.insert(*digest)).take(MANIFESTS_ASKED).collect()
    }

    /// The configs that are to be looked up next.
    pub(super) fn configs(&mut self, known: &LookedUp) -> Vec<ConfigDigest> {
        let mut asked = HashSet::new();
        let configs = self.configs.iter().skip(self.configs_asked).map(|(digest, _)| *digest);
        let configs = configs.filter(|digest| !known.configs.contains_key(digest) && asked.insert(*digest)).collect();
        self.configs_asked = self.configs.len();
        configs
    }

    /// Says what may have to be fetched.
    pub(super) fn missing(self, known: &LookedUp, candidates: &mut Candidates) {
        for (repository, reached) in self.missing {
            candidates.may_add(Stage::Manifest, || match reached {
                Reached::Manifest { digest, depth } => {
                    Task::Manifest { digest, repository: repository.clone(), depth, tag: None }
                }
                Reached::Attestation(claim) => {
                    let (digest, subject) = (claim.attestation, claim.subject);
                    Task::Attestation { digest, repository: repository.clone(), subject }
                }
            });
        }
        for (digest, repository) in self.configs {
            if !matches!(known.configs.get(&digest), Some(Some(_))) {
                candidates.may_add(Stage::Config, || Task::Config { digest, repository: repository.clone() });
            }
        }
    }

    fn go_down(&mut self, place: Place<'a>, known: &LookedUp) {
        let (repository, reached) = place;
        match (known.manifests.get(&reached.digest()), reached) {
            (None, _) => self.unknown.push(place),
            (Some(Some(children)), Reached::Manifest { depth, .. }) => self.below(repository, children, depth),
            (Some(None), Reached::Manifest { .. }) | (Some(_), Reached::Attestation(_)) => self.missing.push(place),
        }
    }

    /// Goes on below a manifest.
    fn below(&mut self, repository: &'a RepositoryName, children: &Children, depth: Depth) {
        match children {
            Children::Image { config } => self.configs.push((*config, repository)),
            Children::Index { manifests, attestations, .. } if usize::from(depth.indexes()) < MAX_NESTING => {
                for reached in Below::of(manifests, attestations, depth).reached {
                    self.come(repository, reached);
                }
            }
            Children::Index { .. } | Children::Schema1 | Children::Artifact | Children::Attestation(_) => {}
        }
    }
}
