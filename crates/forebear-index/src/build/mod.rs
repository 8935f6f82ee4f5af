//! Building an index from facts, in a stream.
//!
//! Rows come in the order of their digests, texts in the order of theirs, so
//! most tables are written as they are read. What has to be put together is
//! held as columns of numbers: which prefix of layers, which beginning of a
//! history each image ends at. Both are tries whose nodes are numbered as they
//! arrive and renumbered once all are there, depth first, siblings by content.
//! So the same facts give the same bytes, and all images built on a prefix
//! stand in one range.

mod attested;
mod blobs;
mod chains;
mod column;
mod configs;
mod histories;
mod images;
mod layers;
mod manifests;
mod names;
mod order;
mod parents;
mod patterns;
mod places;
mod platforms;
mod prints;
mod seen;
mod stream;
mod tables;
mod texts;

use std::io::Cursor;
use std::path::Path;

use forebear_facts::rows::{FactSource, Key};

use crate::error::IndexError;
use crate::format::{FileWriter, Meta, NONE, Section, Target, id_of};
use crate::index::Index;
use crate::map::Bytes;

use column::Column;
use configs::Configs;
use images::{Images, Tables};
use manifests::Manifests;
use names::Names;
use places::{Mentions, Places};
use platforms::Platforms;
use seen::Seen;

/// Builds an index and writes its file to `out`, which is given back.
///
/// # Errors
/// [`IndexError::Source`] when facts cannot be read or come out of order,
/// [`IndexError::TooMany`] beyond what 32-bit ids can count,
/// [`IndexError::Io`] when `out` refuses.
pub fn build_to<W: Target>(source: &impl FactSource, out: W) -> Result<W, IndexError> {
    let seen = Seen::read(source)?;
    let mut out = FileWriter::new(out, seen.sections())?;
    let texts = phase("texts", || texts::write(source, &mut out))?;
    let (configs, mut layers, mut histories) = phase("configs", || configs::read(source, &texts))?;
    layers.seal();
    let marks = std::mem::take(&mut histories.marks);
    let (history_places, names) = std::thread::scope(|scope| {
        // Reading what was observed waits for the disk.
        let names = scope.spawn(|| phase("names", || Names::read(source, seen)));
        let histories = phase("histories", || histories.write(&texts, &mut out));
        (histories, names.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    });
    let (history_places, (names, seen)) = (history_places?, names?);
    let (mut manifests, blobs) = phase("manifests", || manifests::read(source, &texts, &configs, &layers))?;
    let observed = Mentions::of(&seen, &manifests.keys);
    drop(seen);
    let places = Places::of(&manifests.keys, [&manifests.children, &observed])?;
    let children = places.resolve(std::mem::take(&mut manifests.children));
    let observed = places.resolve(observed);
    let own = own_platforms(&configs, &manifests, &places);
    let platforms = Platforms::of(&texts, &configs, &manifests, (&children, &own));

    let learned = phase("blobs", || blobs.learn(&layers))?;
    let images = phase("images", || Images::group(&configs, &manifests, &learned, &mut layers))?;
    let contradicted_blobs = id_of("blobs", learned.contradicted)?;
    let trie = phase("layers", || layers.write(&learned.others, &mut out))?;
    let mut meta = Meta {
        diff_ids: trie.diff_ids,
        observed_until: names.observed_until,
        contradicted_blobs,
        unread_configs: id_of("images", images.unread())?,
        lost_records: source.lost_records(),
    };
    let stacks = phase("blob table", || learned.write(&trie, &mut out))?;
    let stated = tables::stated(&manifests, &children, &places, &own, &platforms);
    drop(own);
    let (image_places, nodes) = phase("image table", || {
        let (configs, manifests, places) = (&configs, &manifests, &places);
        let tables = Tables {
            configs,
            manifests,
            places,
            stated: &stated,
            nodes: &trie.places,
            histories: &history_places,
            marks: &marks,
            platforms: &platforms,
        };
        images.write(&tables, &mut out)
    })?;
    drop((history_places, configs, marks));
    phase("trie", || trie.finish(nodes.into_iter(), &mut out))?;
    phase("manifest tables", || {
        let of_image = |manifest: u32| match images.of_manifest.get(manifest) {
            NONE => NONE,
            image => image_places.get(image),
        };
        let sources = tables::Sources {
            manifests: &manifests,
            children: &children,
            observed: &observed,
            places: &places,
            stated: &stated,
            platforms: &platforms,
            of_image,
        };
        tables::write(&sources, stacks, &mut out)
    })?;
    drop((manifests, images, image_places, stated, children));
    let mut others: Vec<(Key, String)> = Vec::new();
    source.other_digests(&mut |(key, text)| others.push((*key, text.to_owned()))).map_err(IndexError::Source)?;
    phase("name tables", || names.write(&observed, &platforms.sorted, &others, &mut out))?;
    drop((observed, places));
    out.table(Section::Meta, &serde_json::to_vec(&meta).unwrap_or_default())?;
    // The rule that finds parents reads an index, so it is run on this one,
    // complete but for the parents.
    phase("parents", || {
        let index = Index::unfinished(out.view()?, std::mem::take(&mut meta));
        parents::write(&index.view(), &mut out)
    })?;
    Ok(out.finish()?)
}

/// What the configs of manifests say that they are for, texts by place; `NONE`
/// where none was read.
fn own_platforms(configs: &Configs, manifests: &Manifests, places: &Places) -> Column<u32> {
    let mut own = Column::of(NONE, places.len());
    for (manifest, facts) in manifests.facts.entries().filter(|(_, facts)| facts.config != NONE) {
        own.set(places.read(manifest), configs.facts.get(facts.config).platform);
    }
    own
}

/// One phase of a build, timed for who asks the log.
fn phase<T>(name: &str, work: impl FnOnce() -> T) -> T {
    let start = std::time::Instant::now();
    let done = work();
    tracing::debug!(phase = name, seconds = start.elapsed().as_secs_f64(), "publishing");
    done
}

/// Builds an index and returns the bytes of its file.
///
/// # Errors
/// As [`build_to`].
pub fn build(source: &impl FactSource) -> Result<Vec<u8>, IndexError> {
    Ok(build_to(source, Cursor::new(Vec::new()))?.into_inner())
}

/// An index in memory that holds these images under no name: for tests and
/// for asking about images outside any registry.
///
/// # Errors
/// As [`build`].
pub fn open_in_memory(source: &impl FactSource) -> Result<Index, IndexError> {
    Index::from_bytes(Bytes::Memory(build(source)?), Path::new("(index in memory)"))
}
