//! The tables of manifests.

use forebear_facts::rows::kind;
use forebear_image::descend::MAX_NESTING;
use zerocopy::IntoBytes;

use crate::error::IndexError;
use crate::format::records::{Id, IndexEntry, Manifest};
use crate::format::{FileWriter, NONE, Section, Target, id_of};

use super::blobs::Stacks;
use super::column::Column;
use super::images::StatedByIndexes;
use super::manifests::{Facts, Manifests};
use super::places::{self, Places};
use super::platforms::Platforms;

/// What indexes say of the manifests they list. `children` are the places of
/// those, by entry, and `own` the platforms of their configs, by place.
pub(super) fn stated(
    manifests: &Manifests,
    children: &[u32],
    places: &Places,
    own: &Column<u32>,
    platforms: &Platforms,
) -> StatedByIndexes {
    let nothing = || Column::of(NONE, places.len());
    let mut stated = StatedByIndexes { platform: nothing(), declared: nothing(), artifact: nothing() };
    for (entry, child) in manifests.entries.iter().zip(children) {
        let least = |column: &mut Column<u32>, value: u32| {
            if let Some(known) = column.slot(*child) {
                *known = (*known).min(value);
            }
        };
        least(&mut stated.platform, platforms.id(entry.platform));
        least(&mut stated.declared, entry.declared);
        least(&mut stated.artifact, entry.artifact);
    }
    for (stated, own) in stated.platform.iter_mut().zip(own.iter()) {
        *stated = platforms.of_image(*stated, *own);
    }
    declared_above(manifests, children, places, &mut stated.declared);
    stated
}

/// Adds what indexes declare of themselves to what they list, those of indexes
/// inside them too, where nothing nearer declares anything.
fn declared_above(manifests: &Manifests, children: &[u32], places: &Places, declared: &mut Column<u32>) {
    let is_declaring = |facts: &Facts| facts.kind == kind::INDEX && facts.declared != NONE;
    if !manifests.facts.iter().any(is_declaring) && declared.iter().all(|text| *text == NONE) {
        return;
    }
    for _ in 0..MAX_NESTING {
        let mut said: Vec<(u32, u32)> = Vec::new();
        for (entry, child) in manifests.entries.iter().zip(children) {
            let own = manifests.facts.get(entry.index).declared;
            let text = if own == NONE { declared.get(places.read(entry.index)) } else { own };
            if text != NONE && declared.get(*child) == NONE {
                said.push((*child, text));
            }
        }
        if said.is_empty() {
            return;
        }
        // The least, whatever the order of the indexes.
        said.sort_unstable_by(|a, b| b.cmp(a));
        said.into_iter().for_each(|(child, text)| declared.set(child, text));
    }
}

/// What the tables of manifests are written from.
pub(super) struct Sources<'a, F> {
    pub manifests: &'a Manifests,
    /// Places of the entries' manifests.
    pub children: &'a [u32],
    /// Places of what was observed.
    pub observed: &'a [u32],
    pub places: &'a Places,
    pub stated: &'a StatedByIndexes,
    pub platforms: &'a Platforms,
    /// The place of a manifest's image.
    pub of_image: F,
}

/// Writes manifests and the lists that belong to them.
pub(super) fn write<W: Target, F: Fn(u32) -> u32>(
    sources: &Sources<'_, F>,
    mut stacks: Stacks,
    out: &mut FileWriter<W>,
) -> Result<(), IndexError> {
    let Sources { manifests, children, observed, places, stated, platforms, of_image } = sources;
    let count = places.len();
    let indexes = manifests.entries.iter().map(|entry| places.read(entry.index));
    let (index_starts, indexes) = gather(count, children.iter().copied().zip(indexes), true);
    let (observation_starts, observations) = gather(count, observed.iter().copied().zip(0..), false);
    out.table(Section::ManifestIndexes, &indexes)?;
    out.table(Section::ManifestObservations, &observations)?;
    drop((indexes, observations));

    let mut blobs = Vec::new();
    let mut entries = 0;
    out.begin(Section::Manifests);
    for (place, manifest) in (0..).zip(places.iter()) {
        let (digest, facts, read) = match manifest {
            places::Manifest::Read(id) => (manifests.keys.get(id), manifests.facts.get(id), Some(id)),
            places::Manifest::Mentioned(key) => (*key, mentioned(stated.artifact.get(place)), None),
        };
        let first_entry = entries;
        if let Some(id) = read {
            let own = manifests.entries.get(entries..).unwrap_or_default();
            entries += own.iter().take_while(|entry| entry.index == id).count();
        }
        let record = Manifest {
            digest,
            kind: Id::new(facts.kind),
            image: Id::new(read.map_or(NONE, of_image)),
            platform: Id::new(stated.platform.get(place)),
            media_type: Id::new(facts.media_type),
            first_blob: Id::new(id_of("layers of manifests", blobs.len())?),
            first_entry: Id::new(id_of("index entries", first_entry)?),
            first_index: Id::new(index_starts.get(place)),
            first_observation: Id::new(observation_starts.get(place)),
        };
        out.write(record.as_bytes())?;
        blobs.extend_from_slice(stacks.of(read.map_or(NONE, |id| manifests.blobs.get(id))));
    }
    out.end()?;
    out.table(Section::ManifestBlobs, &blobs)?;
    drop(blobs);
    let entry = |(entry, child): (&super::manifests::Entry, &u32)| IndexEntry {
        manifest: Id::new(*child),
        platform: Id::new(platforms.id(entry.platform)),
    };
    let entries: Vec<IndexEntry> = manifests.entries.iter().zip(*children).map(entry).collect();
    out.table(Section::IndexEntries, &entries)?;
    Ok(())
}

/// What is known of a manifest that was not read, but whose index may say that
/// it is no image.
fn mentioned(artifact: u32) -> Facts {
    let kind = if artifact == NONE { kind::UNREAD } else { kind::ARTIFACT };
    Facts { kind, media_type: artifact, ..Facts::default() }
}

/// Values by the place they belong to, in the order given: where each place's
/// begin, and all values. `once`: a value that comes twice in a row for one
/// place is kept once.
fn gather(count: usize, pairs: impl Iterator<Item = (u32, u32)>, once: bool) -> (Column<u32>, Vec<Id>) {
    let mut sorted: Vec<(u32, u32)> = pairs.collect();
    rayon::slice::ParallelSliceMut::par_sort_unstable(sorted.as_mut_slice());
    if once {
        sorted.dedup();
    }
    let mut starts = Column::of(0_u32, count + 1);
    let mut at = 0;
    for (place, start) in (0..).zip(starts.iter_mut()) {
        while sorted.get(at).is_some_and(|(other, _)| *other < place) {
            at += 1;
        }
        // No more than were counted as ids before.
        *start = u32::try_from(at).unwrap_or(NONE);
    }
    (starts, sorted.into_iter().map(|(_, value)| Id::new(value)).collect())
}
