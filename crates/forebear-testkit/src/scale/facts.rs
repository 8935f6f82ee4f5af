//! A small world as facts in memory.

use forebear_facts::rows::MemorySource;
use forebear_facts::{RepositoryFacts, TagObservation};
use forebear_image::facts::{ChildManifest, LayerDescriptor};
use forebear_image::{
    BlobDigest, ConfigDigest, ConfigFacts, DiffId, Digest, HistoryEntry, ImageManifest, ManifestDigest, ManifestFacts,
    Timestamp,
};

use super::World;
use super::apps::App;
use super::image::Made;
use super::manifests::{BlobName, Item};
use super::settings::declares_by_annotation;
use super::texts::{TextRef, platform};

impl World {
    /// All facts; for a world that fits into memory several times over.
    #[must_use]
    pub fn facts(&self) -> MemorySource {
        let (observations, repositories) = self.names();
        MemorySource {
            configs: self.configs().collect(),
            manifests: self.manifests().collect(),
            observations,
            repositories,
            ..MemorySource::default()
        }
    }

    /// All configs that were read, one after another.
    pub fn configs(&self) -> impl Iterator<Item = (ConfigDigest, ConfigFacts)> + '_ {
        let mut made = Made::default();
        (0..self.image_count()).filter_map(move |number| {
            let birth = self.configs.forward(number);
            let digest = ConfigDigest(Digest::Sha256(self.config_digest(number)));
            (!self.is_unread(birth)).then(|| (digest, self.config(birth, &mut made)))
        })
    }

    /// All manifests and indexes, one after another.
    pub fn manifests(&self) -> impl Iterator<Item = (ManifestDigest, ManifestFacts)> + '_ {
        let mut made = Made::default();
        (0..self.manifest_count()).map(move |slot| {
            let digest = ManifestDigest(Digest::Sha256(self.manifest_digest(slot)));
            (digest, self.manifest(self.item(slot), &mut made))
        })
    }

    /// All tag observations and repositories.
    #[must_use]
    pub fn names(&self) -> (Vec<TagObservation>, Vec<RepositoryFacts>) {
        let (mut observations, mut repositories) = (Vec::new(), Vec::new());
        for (_, number, facts) in self.repositories() {
            observations.extend(self.tags(number).into_iter().map(|seen| TagObservation {
                repository: facts.name.clone(),
                tag: seen.tag,
                first_seen: seen.first,
                last_seen: seen.last,
                digest: ManifestDigest(Digest::Sha256(seen.manifest)),
                ended: seen.ended,
            }));
            repositories.push(facts);
        }
        (observations, repositories)
    }

    pub(super) fn config(&self, birth: u32, made: &mut Made) -> ConfigFacts {
        let spot = self.make(birth, made);
        let entry = |step: &super::image::MadeStep| HistoryEntry {
            created: step.created,
            created_by: self.text(step.text),
            author: None,
            comment: (step.comment != TextRef::NONE).then(|| self.text(step.comment)),
            empty: step.empty,
        };
        ConfigFacts {
            platform: platform(spot.platform),
            created: Some(Timestamp { seconds: made.created, nanos: 0 }),
            author: None,
            diff_ids: made.layers.iter().map(|key| DiffId(Digest::Sha256(*key))).collect(),
            history: made.steps.iter().map(entry).collect(),
            history_unread: false,
            runtime: self.runtime(&spot.app),
        }
    }

    pub(super) fn manifest(&self, item: Item, made: &mut Made) -> ManifestFacts {
        match item {
            Item::Image(birth) => self.image(birth, None, made),
            Item::Copy(birth) => self.image(birth, Some(birth), made),
            Item::Index(index) => {
                let (app, listed) = self.listed(index);
                let child = |(birth, bit): &(u32, u32)| ChildManifest {
                    media_type: self.text(TextRef::manifest(app.is_oci())),
                    platform: platform(*bit),
                    ..ChildManifest::of(ManifestDigest(Digest::Sha256(self.image_manifest(*birth))))
                };
                ManifestFacts::Index {
                    media_type: self.text(TextRef::index(app.is_oci())),
                    artifact_type: None,
                    children: listed.iter().map(child).collect(),
                    annotations: Default::default(),
                    odd: Vec::new(),
                }
            }
        }
    }

    fn image(&self, birth: u32, copy: Option<u32>, made: &mut Made) -> ManifestFacts {
        let app: App = self.make(birth, made).app;
        let layer = |diff_id| {
            let blob = self.blob(diff_id, copy);
            let digest = match blob.digest {
                BlobName::Sha256(key) => Digest::Sha256(key),
                BlobName::Sha512(long) => Digest::Sha512(long),
            };
            let media_type = self.text(TextRef::layer(app.is_oci()));
            LayerDescriptor { digest: BlobDigest(digest), size: Some(blob.size), media_type }
        };
        ManifestFacts::Image(ImageManifest {
            media_type: self.text(TextRef::manifest(app.is_oci())),
            config: ConfigDigest(Digest::Sha256(self.image_config(birth))),
            config_size: 2_000,
            layers: made.layers.iter().map(layer).collect(),
            annotations: if declares_by_annotation(&app) { self.annotations(&app) } else { Default::default() },
            odd: Vec::new(),
        })
    }
}
