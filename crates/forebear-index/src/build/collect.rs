//! Reading all facts into compact rows.

use std::collections::{BTreeMap, HashMap};

use forebear_image::declared::{self, Declared, Source};
use forebear_image::{
    ChildManifest, ConfigFacts, DiffId, Digest, HistoryEntry, Image, LayerDescriptor, ManifestDigest, ManifestFacts,
    Platform, RepositoryFacts, RepositoryName, TagObservation, Timestamp,
};

use crate::error::IndexError;
use crate::format::NONE;
use crate::format::records::Key;
use crate::reader::key_of;
use crate::source::FactSource;

use super::attested::Attested;
use super::strings::Interner;

/// A history step as histories are compared (temporary ids). Comments are no
/// part of it: tools rewrite them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct StepRow {
    pub text: u32,
    pub trimmed: u32,
    pub created: Option<Timestamp>,
    pub empty: bool,
}

/// What a config (or a schema 1 manifest) says, interned.
#[derive(Debug)]
pub(super) struct ConfigRow {
    pub platform: Option<Platform>,
    pub created: Option<Timestamp>,
    pub diff_ids: Vec<Key>,
    /// Temporary step ids.
    pub history: Vec<u32>,
    pub runtime: u32,
    pub declared: Vec<Declared>,
}

/// A manifest, interned.
#[derive(Debug, Default)]
pub(super) struct ManifestRow {
    pub kind: u32,
    pub media_type: u32,
    pub config: Option<Key>,
    pub own_config: Option<usize>,
    pub blobs: Vec<BlobRow>,
    pub children: Vec<(Key, Option<Platform>)>,
    pub declared: Option<Declared>,
    /// What indexes say in its place: the smallest, whatever their order.
    pub declared_above: Option<Declared>,
    /// As the indexes that list it say.
    pub platform: Option<Platform>,
    /// Images that its build read, by its provenance.
    pub materials: Vec<Declared>,
}

/// A layer as a manifest lists it.
#[derive(Clone, Copy, Debug)]
pub(super) struct BlobRow {
    pub digest: Key,
    pub size: u64,
    pub media_type: u32,
}

/// Everything, before it is sorted into tables.
#[derive(Debug, Default)]
pub(super) struct Collected {
    pub strings: Interner<Box<str>>,
    /// Trimmed step texts have ids of their own: they are compared, not kept.
    pub trimmed: Interner<Box<str>>,
    pub steps: Interner<StepRow>,
    /// The smallest comment any history has on a step, by temporary step id.
    pub step_comments: HashMap<u32, Box<str>>,
    pub other_digests: BTreeMap<Key, String>,
    pub configs: Vec<ConfigRow>,
    pub config_by_digest: HashMap<Key, usize>,
    pub manifests: BTreeMap<Key, ManifestRow>,
    pub observations: Vec<TagObservation>,
    pub repositories: BTreeMap<RepositoryName, Option<Timestamp>>,
    attested: Attested,
}

pub(super) const KIND_UNREAD: u32 = 0;
pub(super) const KIND_IMAGE: u32 = 1;
pub(super) const KIND_INDEX: u32 = 2;
pub(super) const KIND_SCHEMA1: u32 = 3;
pub(super) const KIND_ARTIFACT: u32 = 4;

/// Reads every fact of a source.
pub(super) fn collect(source: &impl FactSource) -> Result<Collected, IndexError> {
    let mut all = Collected::default();
    source
        .configs(&mut |(digest, facts)| {
            let key = all.key(&digest.0);
            let row = all.config_row(&facts);
            all.config_by_digest.insert(key, all.configs.len());
            all.configs.push(row);
        })
        .map_err(IndexError::Source)?;
    source.manifests(&mut |(digest, facts)| all.manifest(digest, &facts)).map_err(IndexError::Source)?;
    source
        .observations(&mut |observation| {
            let key = all.key(&observation.digest.0);
            all.manifests.entry(key).or_insert_with(ManifestRow::unread);
            all.repositories.entry(observation.repository.clone()).or_default();
            all.observations.push(observation);
        })
        .map_err(IndexError::Source)?;
    source
        .repositories(&mut |RepositoryFacts { name, complete_at }| {
            all.repositories.insert(name, complete_at);
        })
        .map_err(IndexError::Source)?;
    all.spread_index_facts();
    Ok(all)
}

impl ManifestRow {
    fn unread() -> Self {
        Self { kind: KIND_UNREAD, media_type: NONE, ..Self::default() }
    }
}

impl Collected {
    /// The table key of a digest, remembering those that are not SHA-256.
    fn key(&mut self, digest: &Digest) -> Key {
        let key = key_of(digest);
        if !matches!(digest, Digest::Sha256(_)) {
            self.other_digests.insert(key, digest.to_string());
        }
        key
    }

    fn config_row(&mut self, facts: &ConfigFacts) -> ConfigRow {
        let image = Image::from_config(facts);
        let runtime = serde_json::to_string(&facts.runtime).unwrap_or_default();
        ConfigRow {
            platform: facts.platform.clone(),
            created: facts.created,
            diff_ids: facts.diff_ids.iter().map(|DiffId(digest)| self.key(digest)).collect(),
            history: image.history.iter().flatten().map(|entry| self.step(entry)).collect(),
            runtime: self.strings.text(&runtime),
            declared: image.declared,
        }
    }

    fn step(&mut self, entry: &HistoryEntry) -> u32 {
        let row = StepRow {
            text: self.strings.text(&entry.created_by),
            trimmed: self.trimmed.text(entry.created_by.trim()),
            created: entry.created,
            empty: entry.empty,
        };
        let step = self.steps.intern(row);
        if let Some(comment) = &entry.comment {
            self.strings.text(comment);
            let least = self.step_comments.entry(step).or_insert_with(|| comment.as_str().into());
            if comment.as_str() < &**least {
                *least = comment.as_str().into();
            }
        }
        step
    }

    fn blobs(&mut self, layers: &[LayerDescriptor]) -> Vec<BlobRow> {
        let row = |layer: &LayerDescriptor| BlobRow {
            digest: self.key(&layer.digest.0),
            size: layer.size.unwrap_or(u64::MAX),
            media_type: match layer.media_type.as_str() {
                "" => NONE,
                text => self.strings.text(text),
            },
        };
        layers.iter().map(row).collect()
    }

    fn manifest(&mut self, digest: ManifestDigest, facts: &ManifestFacts) {
        let key = self.key(&digest.0);
        let mut row = ManifestRow::unread();
        match facts {
            ManifestFacts::Image(image) => {
                row.kind = KIND_IMAGE;
                row.media_type = self.strings.text(&image.media_type);
                row.config = Some(self.key(&image.config.0));
                row.blobs = self.blobs(&image.layers);
                row.declared = declared::from_annotations(Source::Annotation, &image.annotations);
            }
            ManifestFacts::Index { media_type, children, annotations } => {
                row.kind = KIND_INDEX;
                row.media_type = self.strings.text(media_type);
                row.declared = declared::from_annotations(Source::Annotation, annotations);
                row.children = self.children(children);
                self.attested.listed(children);
            }
            ManifestFacts::Schema1 { layers, config } => {
                row.kind = KIND_SCHEMA1;
                row.media_type = self.strings.text(forebear_image::media_type::SCHEMA1);
                row.blobs = self.blobs(layers);
                let config = self.config_row(config);
                row.own_config = Some(self.configs.len());
                self.configs.push(config);
            }
            ManifestFacts::Artifact { artifact_type } => {
                row.kind = KIND_ARTIFACT;
                row.media_type = self.strings.text(artifact_type);
            }
            ManifestFacts::Attestation { subjects, materials } => {
                row.kind = KIND_ARTIFACT;
                row.media_type = self.strings.text("application/vnd.in-toto+json");
                self.attested.read(digest, subjects, materials);
            }
        }
        // An index read earlier may have said something of this manifest.
        if let Some(known) = self.manifests.remove(&key) {
            row.platform = known.platform;
            row.declared_above = known.declared_above;
        }
        self.manifests.insert(key, row);
    }

    fn children(&mut self, children: &[ChildManifest]) -> Vec<(Key, Option<Platform>)> {
        let images = children.iter().filter(|child| !child.is_attestation());
        let mut rows = Vec::new();
        for child in images {
            let key = self.key(&child.digest.0);
            let declared = declared::from_annotations(Source::Annotation, &child.annotations);
            let row = self.manifests.entry(key).or_insert_with(ManifestRow::unread);
            let said = row.declared_above.take().into_iter().chain(declared);
            row.declared_above = said.min_by_key(|declared| (declared.name.clone(), declared.digest));
            rows.push((key, child.platform.clone()));
        }
        rows
    }

    /// Tells each manifest the base and the platform that indexes give it: the
    /// smallest, so that the order of facts does not matter.
    fn spread_index_facts(&mut self) {
        for row in self.manifests.values_mut() {
            row.declared = row.declared.take().or(row.declared_above.take());
        }
        for (manifest, materials) in std::mem::take(&mut self.attested).materials() {
            if let Some(row) = self.manifests.get_mut(&key_of(&manifest.0)) {
                row.materials = materials;
            }
        }
        let mut said: BTreeMap<Key, Platform> = BTreeMap::new();
        for row in self.manifests.values() {
            for (child, platform) in &row.children {
                if let Some(platform) = platform {
                    let least = said.entry(*child).or_insert_with(|| platform.clone());
                    if platform < least {
                        *least = platform.clone();
                    }
                }
            }
        }
        for (key, platform) in said {
            if let Some(row) = self.manifests.get_mut(&key) {
                row.platform = Some(platform);
            }
        }
    }
}
