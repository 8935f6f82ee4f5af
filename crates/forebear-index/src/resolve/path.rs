//! Walking an image's layers through the trie.

use forebear_image::{Image, Layer};

use crate::format::records::Blob;
use crate::format::some;
use crate::ids::{ImageId, LayerId, NodeId};
use crate::view::View;

use super::subject::Subject;

/// A hostile image could make every layer match in two ways; more open paths
/// than this are not followed.
const MAX_OPEN: usize = 64;

/// The trie nodes that match an image's layers, root first, and how deep each
/// lies. Nodes no known image ends at are part of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Path {
    /// Matching nodes with their depth, in ascending depth. Without the root.
    pub nodes: Vec<(NodeId, usize)>,
    /// How many layers the image has.
    pub layers: usize,
}

impl Path {
    /// Nodes at full depth: the image's own layers, all of them. The root for
    /// an image without layers.
    pub(super) fn full(&self) -> impl Iterator<Item = NodeId> {
        let root = (self.layers == 0).then_some(NodeId(0));
        let nodes = self.nodes.iter().filter(|(_, depth)| *depth == self.layers).map(|(node, _)| *node);
        root.into_iter().chain(nodes)
    }
}

/// The path of an image: where it stands, for one that is asked about as the
/// index has it, without looking its layers up; else by walking.
pub(super) fn of(view: &View, subject: Subject<'_>) -> Path {
    let own = || {
        let id = subject.known?;
        let image = view.image_record(id)?;
        let first = view.manifests_of(id).next();
        // Another copy of it may have blobs that stand for something else.
        let as_indexed = subject.image.manifest_digest == first.and_then(|first| view.manifest_digest(first));
        let stands_here = !image.is_by_manifest() && as_indexed && has_one_path(view, id);
        stands_here.then(|| ancestors(view, image.node()))
    };
    own().filter(|path| path.layers == subject.image.layers.len()).unwrap_or_else(|| walk(view, subject.image))
}

/// Walks the layers of any image. A layer matches by its diff_id; where that
/// is unknown, by what its blob is known to be; a blob that nothing or too
/// much is known of also matches as itself.
pub(super) fn walk(view: &View, image: &Image) -> Path {
    let mut path = Path { nodes: Vec::new(), layers: image.layers.len() };
    let mut open = vec![NodeId(0)];
    for (position, layer) in image.layers.iter().enumerate() {
        let keys = keys(view, layer, &open);
        let mut next: Vec<NodeId> =
            open.iter().flat_map(|node| keys.iter().flatten().filter_map(|key| view.child_node(*node, *key))).collect();
        next.sort_unstable();
        next.dedup();
        next.truncate(MAX_OPEN);
        path.nodes.extend(next.iter().map(|node| (*node, position + 1)));
        open = next;
        if open.is_empty() {
            break;
        }
    }
    path
}

/// The keys a layer has above these nodes.
fn keys(view: &View, layer: &Layer, open: &[NodeId]) -> [Option<LayerId>; 2] {
    let own = layer.diff_id.and_then(|id| view.find_diff_id(id));
    if layer.diff_id.is_some() && !open.iter().any(|node| view.has_blob_child(*node)) {
        return [own, None];
    }
    let blob = layer.blob.and_then(|blob| view.key_of_blob(blob));
    let blob = blob.filter(|key| layer.diff_id.is_none() || key.0 >= view.diff_id_count());
    [own, blob.filter(|key| Some(*key) != own)]
}

/// The path of a node of the trie itself.
pub(super) fn ancestors(view: &View, node: NodeId) -> Path {
    let mut nodes = Vec::new();
    let mut at = node;
    while let Some(record) = view.node_record(at) {
        let Some(parent) = some(record.parent).map(NodeId).filter(|parent| *parent < at) else { break };
        nodes.push((at, record.depth.get() as usize));
        at = parent;
    }
    nodes.reverse();
    Path { layers: nodes.len(), nodes }
}

/// Whether an image of the index lies at one place of the trie only: none of
/// the blobs it is loaded with is claimed to be two things.
pub(super) fn has_one_path(view: &View, id: ImageId) -> bool {
    let first = || view.manifests_of(id).next();
    view.meta().contradicted_blobs == 0
        || !first().is_some_and(|manifest| view.blob_records_of(manifest).any(Blob::is_contradicted))
}
