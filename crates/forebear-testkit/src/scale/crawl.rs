//! A world in the order in which a crawl meets it.

use forebear_image::{ConfigDigest, ConfigFacts, Digest, ManifestDigest, ManifestFacts};

use super::World;
use super::image::Made;
use super::manifests::Item;

/// What a registry answers with.
#[derive(Clone, Debug)]
pub enum Answer {
    /// A manifest or an index.
    Manifest(ManifestDigest, Box<ManifestFacts>),
    /// A config.
    Config(ConfigDigest, Box<ConfigFacts>),
}

impl World {
    /// All manifests and configs that can be read, application by application: what
    /// its tags lead to, the images of it, then their configs. The same documents as
    /// [`World::manifests`] and [`World::configs`] give in the order of digests,
    /// which puts nothing beside what it resembles.
    pub fn crawled(&self) -> impl Iterator<Item = Answer> + '_ {
        let mut made = Made::default();
        self.apps.all.iter().flat_map(move |app| {
            let births = app.first..app.first + app.images();
            let indexes = app.indexes_before..app.indexes_before + app.indexes();
            let copied = births.clone().filter(|birth| self.is_copied(*birth));
            let items = indexes.map(Item::Index).chain(births.clone().map(Item::Image)).chain(copied.map(Item::Copy));
            let mut answers: Vec<Answer> = items
                .map(|item| {
                    let digest = ManifestDigest(Digest::Sha256(self.digest_of(item)));
                    Answer::Manifest(digest, Box::new(self.manifest(item, &mut made)))
                })
                .collect();
            answers.extend(births.filter(|birth| !self.is_unread(*birth)).map(|birth| {
                let digest = ConfigDigest(Digest::Sha256(self.image_config(birth)));
                Answer::Config(digest, Box::new(self.config(birth, &mut made)))
            }));
            answers
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn a_crawl_meets_what_there_is() {
        let world = World::new(7, 3_000);
        let mut manifests: HashMap<_, _> = world.manifests().collect();
        let mut configs: HashMap<_, _> = world.configs().collect();
        for answer in world.crawled() {
            match answer {
                Answer::Manifest(digest, facts) => assert_eq!(manifests.remove(&digest), Some(*facts)),
                Answer::Config(digest, facts) => assert_eq!(configs.remove(&digest), Some(*facts)),
            }
        }
        assert_eq!((manifests.len(), configs.len()), (0, 0));
    }
}
