//! Rows as numbers that are easy to count.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

use forebear_facts::rows::{FactSource, Key, SourceError, StepRecord, kind};

/// An image, everything in it as numbers.
#[derive(Debug)]
pub(crate) struct Image {
    /// What stands for its lowest layer, its lowest two, and so on.
    pub(crate) layers: Vec<u64>,
    /// The same for its history.
    pub(crate) steps: Vec<u64>,
    pub(crate) settings: u32,
}

/// A step that is like no other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    pub(crate) text: u32,
    pub(crate) empty: bool,
    /// In how many histories it is.
    pub(crate) histories: usize,
}

#[derive(Debug, Default)]
pub(crate) struct World {
    pub(crate) images: Vec<Image>,
    pub(crate) steps: HashMap<(u32, i64, u32), Step>,
    /// Bytes of every text.
    pub(crate) texts: HashMap<u32, usize>,
    pub(crate) manifests: usize,
    pub(crate) copies: usize,
    /// Platforms of every index.
    pub(crate) indexes: Vec<usize>,
    /// Tags by repository; of each, where it led and whether that is over.
    pub(crate) tags: HashMap<String, HashMap<String, Vec<(Key, bool)>>>,
}

pub(crate) fn read(source: &impl FactSource) -> Result<World, SourceError> {
    let mut world = World::default();
    let hasher = RandomState::new();
    let rolled = |above: &mut u64, next: u64| {
        *above = hasher.hash_one((*above, next));
        Some(*above)
    };
    source.texts(&mut |row| _ = world.texts.insert(row.id, row.text.len()))?;
    source.configs(&mut |(_, row)| {
        for step in row.steps {
            let nanos = step.nanos.get();
            let own = (step.text.get(), step.seconds.get(), nanos);
            let fresh = Step { text: step.text.get(), empty: nanos & StepRecord::EMPTY != 0, histories: 0 };
            world.steps.entry(own).or_insert(fresh).histories += 1;
        }
        let steps = row.steps.iter().map(|s| hasher.hash_one((s.text.get(), s.seconds.get(), s.nanos.get())));
        world.images.push(Image {
            layers: row.diff_ids.iter().map(|key| hasher.hash_one(key)).scan(0, rolled).collect(),
            steps: steps.scan(0, rolled).collect(),
            settings: row.head.runtime.get(),
        });
    })?;
    let mut configs = HashMap::new();
    source.manifests(&mut |(_, row)| {
        if row.head.kind.get() == kind::INDEX {
            world.indexes.push(row.children.len());
        } else if row.head.kind.get() == kind::IMAGE {
            world.manifests += 1;
            *configs.entry(row.head.config).or_insert(0_usize) += 1;
        }
    })?;
    world.copies = world.manifests - configs.len();
    source.observations(&mut |row| {
        let tags = world.tags.entry(row.repository.to_owned()).or_default();
        tags.entry(row.tag.to_owned()).or_default().push((*row.manifest, row.ended));
    })?;
    Ok(world)
}
