//! Facts held in memory: for tests, generators and single images.

use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;

use forebear_image::{ConfigDigest, ConfigFacts, Digest, ManifestDigest, ManifestFacts};

use super::encode::{Texts, config_row, manifest_row};
use super::key::{Key, schema1_key};
use super::source::{FactSource, ObservationRow, SourceError, TextRow};
use super::unread::UnreadRow;
use super::view::{ConfigRow, ManifestRow};
use crate::observation::TagObservation;
use crate::repository::RepositoryFacts;
use crate::seen::RepositorySeen;

/// Facts in any order. Rows are made of them whenever they are asked for: meant
/// for few.
#[derive(Clone, Debug, Default)]
pub struct MemorySource {
    /// Configs.
    pub configs: Vec<(ConfigDigest, ConfigFacts)>,
    /// Manifests.
    pub manifests: Vec<(ManifestDigest, ManifestFacts)>,
    /// Tag observations.
    pub observations: Vec<TagObservation>,
    /// Repositories.
    pub repositories: Vec<RepositoryFacts>,
    /// When they were seen.
    pub seen: Vec<RepositorySeen>,
    /// What is unread.
    pub unread: Vec<UnreadRow>,
}

#[derive(Default)]
struct Rows {
    ids: HashMap<String, u32>,
    other_digests: BTreeMap<Key, String>,
    configs: BTreeMap<Key, Vec<u8>>,
    manifests: BTreeMap<Key, Vec<u8>>,
}

impl Texts for Rows {
    type Error = Infallible;

    fn text(&mut self, text: &str) -> Result<u32, Infallible> {
        let next = u32::try_from(self.ids.len()).unwrap_or(u32::MAX);
        Ok(*self.ids.entry(text.to_owned()).or_insert(next))
    }

    fn other_digest(&mut self, key: &Key, text: &str) -> Result<(), Infallible> {
        self.other_digests.insert(*key, text.to_owned());
        Ok(())
    }
}

impl MemorySource {
    fn rows(&self) -> Rows {
        let mut rows = Rows::default();
        for (digest, facts) in &self.configs {
            let Ok(row) = config_row(facts, &mut rows);
            let key = rows.keep(&digest.0);
            rows.configs.insert(key, row);
        }
        for (digest, facts) in &self.manifests {
            let key = rows.keep(&digest.0);
            let Ok(row) = manifest_row(&digest.0, facts, &mut rows);
            rows.manifests.insert(key, row);
            if let ManifestFacts::Schema1 { config, .. } = facts {
                let Ok(row) = config_row(config, &mut rows);
                rows.configs.insert(schema1_key(&key), row);
            }
        }
        for observation in &self.observations {
            _ = rows.keep(&observation.digest.0);
        }
        let trimmed: Vec<String> = rows.ids.keys().map(|text| text.trim().to_owned()).collect();
        for text in trimmed {
            let Ok(_) = rows.text(&text);
        }
        rows
    }
}

impl Rows {
    /// A digest's key, the digest kept where the key does not say it.
    fn keep(&mut self, digest: &Digest) -> Key {
        let key = digest.key();
        if !matches!(digest, Digest::Sha256(_)) {
            let Ok(()) = self.other_digest(&key, &digest.to_string());
        }
        key
    }
}

impl FactSource for MemorySource {
    fn texts(&self, each: &mut dyn FnMut(TextRow<'_>)) -> Result<(), SourceError> {
        let rows = self.rows();
        let mut sorted: Vec<(Key, &str, u32)> =
            rows.ids.iter().map(|(text, id)| (Digest::sha256(text.as_bytes()).key(), text.as_str(), *id)).collect();
        sorted.sort_unstable();
        for (key, text, id) in &sorted {
            let trimmed = rows.ids.get(text.trim()).copied().unwrap_or(*id);
            each(TextRow { key, id: *id, trimmed, text });
        }
        Ok(())
    }

    fn other_digests(&self, each: &mut dyn FnMut((&Key, &str))) -> Result<(), SourceError> {
        self.rows().other_digests.iter().for_each(|(key, text)| each((key, text)));
        Ok(())
    }

    fn configs(&self, each: &mut dyn FnMut((&Key, ConfigRow<'_>))) -> Result<(), SourceError> {
        for (key, row) in &self.rows().configs {
            each((key, ConfigRow::read(row).ok_or("a config's row is damaged")?));
        }
        Ok(())
    }

    fn manifests(&self, each: &mut dyn FnMut((&Key, ManifestRow<'_>))) -> Result<(), SourceError> {
        for (key, row) in &self.rows().manifests {
            each((key, ManifestRow::read(row).ok_or("a manifest's row is damaged")?));
        }
        Ok(())
    }

    fn observations(&self, each: &mut dyn FnMut(ObservationRow<'_>)) -> Result<(), SourceError> {
        let mut sorted: Vec<(String, &TagObservation)> =
            self.observations.iter().map(|o| (o.repository.to_string(), o)).collect();
        sorted.sort_by(|(a, x), (b, y)| a.cmp(b).then_with(|| x.cmp(y)));
        for (repository, o) in &sorted {
            each(ObservationRow {
                repository,
                tag: &o.tag,
                manifest: &o.digest.0.key(),
                first_seen: o.first_seen,
                last_seen: o.last_seen,
                ended: o.ended,
            });
        }
        Ok(())
    }

    fn repositories(&self, each: &mut dyn FnMut(RepositoryFacts)) -> Result<(), SourceError> {
        let mut sorted: Vec<(String, &RepositoryFacts)> =
            self.repositories.iter().map(|r| (r.name.to_string(), r)).collect();
        sorted.sort_by(|(a, _), (b, _)| a.cmp(b));
        sorted.into_iter().for_each(|(_, repository)| each(repository.clone()));
        Ok(())
    }

    fn seen(&self, each: &mut dyn FnMut(RepositorySeen)) -> Result<(), SourceError> {
        let mut sorted: Vec<(String, &RepositorySeen)> = self.seen.iter().map(|s| (s.name.to_string(), s)).collect();
        sorted.sort_by(|(a, _), (b, _)| a.cmp(b));
        sorted.into_iter().for_each(|(_, seen)| each(seen.clone()));
        Ok(())
    }

    fn unread(&self) -> Result<Vec<UnreadRow>, SourceError> {
        Ok(self.unread.clone())
    }

    fn lost_records(&self) -> u64 {
        0
    }
}
