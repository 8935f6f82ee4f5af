//! Reading manifests and indexes: blobs on another thread.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::Builder;

use forebear_facts::rows::{BlobRecord, FactSource, Key, ManifestRow, kind, schema1_key};

use crate::error::IndexError;
use crate::format::NONE;
use crate::look_up::find_key;

use super::attested::Attested;
use super::blobs::Blobs;
use super::column::Column;
use super::configs::Configs;
use super::layers::Layers;
use super::places::Mentions;
use super::stream::Stream;
use super::texts::Texts;

/// Manifests handed over at once.
const BATCH: usize = 4_096;
/// Blobs that make a batch, however few manifests have them.
const BLOBS: usize = 1 << 16;
/// Batches that may wait.
const WAITING: usize = 4;

/// Manifests that were read, by digest.
#[derive(Debug, Default)]
pub(super) struct Manifests {
    pub keys: Column<Key>,
    pub facts: Column<Facts>,
    /// Node of its blobs.
    pub blobs: Column<u32>,
    /// Entries of indexes, in their order, by index.
    pub entries: Vec<Entry>,
    /// The manifests that the entries are of.
    pub children: Mentions,
    /// Materials that attestations state, by manifest. Texts by place.
    pub materials: BTreeMap<u32, Vec<u32>>,
}

/// What else a manifest says. Texts by place.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Facts {
    pub kind: u32,
    pub media_type: u32,
    pub declared: u32,
    /// Its config among those that were read, or `NONE`.
    pub config: u32,
}

/// What one manifest says of another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    /// Who says it: a manifest that was read.
    pub index: u32,
    pub platform: u32,
    pub declared: u32,
    /// What it is, where it says that it is no image.
    pub artifact: u32,
}

/// Blobs on their way.
#[derive(Default)]
struct Batch {
    blobs: Vec<BlobRecord>,
    /// Where in `blobs` each manifest's end, and the node of its diff_ids.
    ends: Vec<(usize, u32)>,
}

/// Reads all manifests.
pub(super) fn read(
    source: &impl FactSource,
    texts: &Texts,
    configs: &Configs,
    layers: &Layers,
) -> Result<(Manifests, Blobs), IndexError> {
    std::thread::scope(|scope| {
        let (sender, receiver) = sync_channel(WAITING);
        let other = Builder::new().spawn_scoped(scope, move || follow(receiver, layers, texts))?;
        let read = read_rows(source, texts, configs, sender);
        let followed = other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        let (blobs, nodes) = followed?;
        let (mut manifests, children) = read?;
        manifests.blobs = nodes;
        manifests.children = Mentions::of(&children, &manifests.keys);
        Ok((manifests, blobs))
    })
}

fn follow(batches: Receiver<Batch>, layers: &Layers, texts: &Texts) -> Result<(Blobs, Column<u32>), IndexError> {
    let mut blobs = Blobs::new();
    let mut nodes = Column::default();
    for batch in batches {
        let mut start = 0;
        for (end, layer_node) in batch.ends {
            let own = batch.blobs.get(start..end).unwrap_or_default();
            nodes.push(blobs.insert(own, layer_node, layers, texts)?);
            start = end;
        }
    }
    Ok((blobs, nodes))
}

fn read_rows(
    source: &impl FactSource,
    texts: &Texts,
    configs: &Configs,
    sender: SyncSender<Batch>,
) -> Result<(Manifests, Vec<Key>), IndexError> {
    let mut manifests = Manifests::default();
    let mut children: Vec<Key> = Vec::new();
    let mut batch = Batch::default();
    let mut attested = Attested::default();
    let mut stream = Stream::of("manifests");
    let read = source.manifests(&mut |(key, row)| {
        stream.next(key, || {
            let id = manifests.keys.next("manifests")?;
            manifests.keys.push(*key);
            let facts = facts(key, &row, texts, configs);
            manifests.facts.push(facts);
            attested.read(key, &row, texts);
            for child in row.children {
                children.push(child.digest);
                let (platform, declared) = (child.platform.get(), child.declared.get());
                let (platform, declared) = (texts.place(platform), texts.place(declared));
                let artifact = texts.place(child.artifact.get());
                manifests.entries.push(Entry { index: id, platform, declared, artifact });
            }
            let pairs = configs.facts.get(facts.config).layers as usize == row.blobs.len();
            let known = facts.kind == kind::IMAGE && facts.config != NONE && pairs;
            batch.blobs.extend_from_slice(row.blobs);
            batch.ends.push((batch.blobs.len(), if known { configs.nodes.get(facts.config) } else { NONE }));
            if batch.ends.len() >= BATCH || batch.blobs.len() >= BLOBS {
                // When the other side has failed, its error is the one to tell.
                _ = sender.send(std::mem::take(&mut batch));
            }
            Ok(())
        });
    });
    _ = sender.send(batch);
    stream.end(read)?;
    manifests.materials = attested.materials(&manifests.keys);
    Ok((manifests, children))
}

fn facts(key: &Key, row: &ManifestRow<'_>, texts: &Texts, configs: &Configs) -> Facts {
    let kind = row.head.kind.get();
    let config = match kind {
        kind::IMAGE => find_key(&configs.keys, &row.head.config, |key| *key),
        kind::SCHEMA1 => find_key(&configs.keys, &schema1_key(key), |key| *key),
        _ => None,
    };
    Facts {
        kind,
        media_type: texts.place(row.head.media_type.get()),
        declared: texts.place(row.head.declared.get()),
        config: config.unwrap_or(NONE),
    }
}
