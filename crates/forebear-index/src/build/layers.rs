//! Layer keys, blobs and the layer trie.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::error::IndexError;
use crate::format::NONE;
use crate::format::records::{Blob, Id, Key, Node};

use super::collect::{BlobRow, Collected};
use super::id_of;

/// Layer keys in their final order, and what each blob is compared by.
#[derive(Debug)]
pub(super) struct LayerKeys {
    /// diff_ids in order, then unmapped blobs in order.
    pub keys: Vec<Key>,
    pub diff_ids: u32,
    pub blobs: Vec<BlobKey>,
    pub contradicted: u32,
    diff_id_ids: HashMap<Key, u32>,
    blob_ids: HashMap<Key, u32>,
}

/// A blob and the layer key it is compared by.
#[derive(Debug)]
pub(super) struct BlobKey {
    pub row: BlobRow,
    pub layer: u32,
    pub contradicted: bool,
}

impl LayerKeys {
    /// Learns which blob is which diff_id from every manifest whose config
    /// counts the same layers, and refuses blobs on which two configs
    /// contradict each other.
    pub(super) fn learn(all: &Collected) -> Result<Self, IndexError> {
        let mut blobs: BTreeMap<Key, (BlobRow, BTreeSet<Key>)> = BTreeMap::new();
        let mut diff_ids: BTreeSet<Key> = BTreeSet::new();
        for row in all.manifests.values() {
            let config = row.config.and_then(|key| all.config_by_digest.get(&key)).and_then(|at| all.configs.get(*at));
            let pairs = config.map(|c| c.diff_ids.as_slice()).filter(|ids| ids.len() == row.blobs.len());
            for (position, blob) in row.blobs.iter().enumerate() {
                let known = blobs.entry(blob.digest).or_insert((*blob, BTreeSet::new()));
                // The smallest of what manifests say, whatever their order.
                known.0.size = known.0.size.min(blob.size);
                known.0.media_type = known.0.media_type.min(blob.media_type);
                known.1.extend(pairs.and_then(|ids| ids.get(position)).copied());
            }
            diff_ids.extend(config.iter().flat_map(|c| &c.diff_ids));
        }
        let unmapped: Vec<Key> =
            blobs.iter().filter(|(_, (_, ids))| ids.len() != 1).map(|(digest, _)| *digest).collect();
        let diff_count = id_of("layers", diff_ids.len())?;
        id_of("layers", diff_ids.len() + unmapped.len())?;
        let diff_id_ids: HashMap<Key, u32> = diff_ids.iter().copied().zip(0..).collect();
        let unmapped_ids: HashMap<Key, u32> = unmapped.iter().copied().zip(diff_count..).collect();
        let mut contradicted = 0;
        let mut blob_keys = Vec::with_capacity(blobs.len());
        let mut blob_ids = HashMap::with_capacity(blobs.len());
        for (id, (digest, (row, ids))) in (0..).zip(blobs) {
            let mapped = ids.first().filter(|_| ids.len() == 1).and_then(|diff_id| diff_id_ids.get(diff_id));
            let layer = mapped.or_else(|| unmapped_ids.get(&digest)).copied().unwrap_or(NONE);
            contradicted += u32::from(ids.len() > 1);
            blob_ids.insert(digest, id);
            blob_keys.push(BlobKey { row, layer, contradicted: ids.len() > 1 });
        }
        let keys = diff_ids.into_iter().chain(unmapped).collect();
        Ok(Self { keys, diff_ids: diff_count, blobs: blob_keys, contradicted, diff_id_ids, blob_ids })
    }

    /// Layer keys of an image that knows its diff_ids.
    pub(super) fn of_diff_ids(&self, diff_ids: &[Key]) -> Vec<u32> {
        diff_ids.iter().map(|id| self.diff_id_ids.get(id).copied().unwrap_or(NONE)).collect()
    }

    /// Layer keys of an image of which only blobs are known.
    pub(super) fn of_blobs(&self, blobs: &[BlobRow]) -> Vec<u32> {
        let layer = |blob: &BlobRow| self.blobs.get(self.blob_id(&blob.digest) as usize).map_or(NONE, |b| b.layer);
        blobs.iter().map(layer).collect()
    }

    /// The id of a blob.
    pub(super) fn blob_id(&self, digest: &Key) -> u32 {
        self.blob_ids.get(digest).copied().unwrap_or(NONE)
    }

    /// The blob table's records.
    pub(super) fn blob_records(&self, string: impl Fn(u32) -> u32) -> Vec<Blob> {
        let record = |blob: &BlobKey| Blob {
            digest: blob.row.digest,
            layer: Id::new(blob.layer),
            size: blob.row.size.into(),
            media_type: Id::new(string(blob.row.media_type)),
            flags: Id::new(if blob.contradicted { Blob::CONTRADICTED } else { 0 }),
        };
        self.blobs.iter().map(record).collect()
    }
}

/// The trie, depth first, and which node each stack of layers ended at.
#[derive(Debug)]
pub(super) struct Trie {
    pub nodes: Vec<Node>,
    pub leaves: Vec<u32>,
}

/// Builds a trie from sorted stacks; `stacks` come in ascending order.
pub(super) fn trie<'a>(stacks: impl Iterator<Item = &'a [u32]>) -> Result<Trie, IndexError> {
    let node = |parent, layer, first_image, depth| Node {
        parent: Id::new(parent),
        layer: Id::new(layer),
        end: Id::new(NONE),
        first_image: Id::new(first_image),
        depth: Id::new(depth),
    };
    let mut nodes = vec![node(NONE, NONE, 0, 0)];
    let mut leaves = Vec::new();
    // The open path: node ids of the previous stack's prefixes, root first.
    let mut path: Vec<u32> = vec![0];
    let mut previous: &[u32] = &[];
    for (image, stack) in (0..).zip(stacks) {
        let common = previous.iter().zip(stack).take_while(|(a, b)| a == b).count();
        close(&mut nodes, &mut path, common + 1)?;
        for layer in stack.get(common..).unwrap_or_default() {
            let parent = path.last().copied().unwrap_or(0);
            let depth = id_of("layers of one image", path.len())?;
            path.push(id_of("trie nodes", nodes.len())?);
            nodes.push(node(parent, *layer, image, depth));
        }
        leaves.push(path.last().copied().unwrap_or(0));
        previous = stack;
    }
    close(&mut nodes, &mut path, 0)?;
    Ok(Trie { nodes, leaves })
}

/// Ends the subtrees of all path nodes beyond the first `keep`.
fn close(nodes: &mut [Node], path: &mut Vec<u32>, keep: usize) -> Result<(), IndexError> {
    let end = Id::new(id_of("trie nodes", nodes.len())?);
    while path.len() > keep {
        if let Some(node) = path.pop().and_then(|id| nodes.get_mut(id as usize)) {
            node.end = end;
        }
    }
    Ok(())
}

/// Where in a hash table of `slots` slots the search for a node begins.
pub(crate) fn node_slot(parent: u32, layer: u32, slots: usize) -> Option<usize> {
    let mixed = (u64::from(parent) << 32 | u64::from(layer)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    usize::try_from(mixed >> 17).ok()?.checked_rem(slots)
}

/// The hash table from (parent, layer) to node, filled in node order.
pub(super) fn node_table(nodes: &[Node]) -> Vec<Id> {
    let slots = nodes.len() * 3 / 2 + 1;
    let mut table = vec![Id::new(NONE); slots];
    for (id, node) in (0..).zip(nodes).skip(1) {
        let Some(mut slot) = node_slot(node.parent.get(), node.layer.get(), slots) else { continue };
        while table.get(slot).is_some_and(|taken| taken.get() != NONE) {
            slot = (slot + 1) % slots;
        }
        if let Some(free) = table.get_mut(slot) {
            *free = Id::new(id);
        }
    }
    table
}
