//! Reading an index: typed tables and look-ups by digest.
//!
//! Opening checks the header and every section bound. Ids inside the tables
//! are checked where they are followed: a damaged file gives missing answers
//! or an error, never a crash.

use std::path::{Path, PathBuf};

use forebear_image::image::Identity;
use forebear_image::{BlobDigest, DiffId, Digest, ManifestDigest, Timestamp};
use zerocopy::{FromBytes, Immutable, KnownLayout, Unaligned};

use crate::build::Meta;
use crate::error::IndexError;
use crate::format::records::{self, Id, Key};
use crate::format::{Layout, NONE, Section};
use crate::look_up::{bucket, find_key, node_slot};
use crate::map::Bytes;

/// Nodes that are climbed in search of an answer that a look-up gives too.
const MAX_CLIMB: usize = 32;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
            pub struct $name(pub u32);

            impl $name {
                /// Reads an id column, where all ones mean "none".
                #[must_use]
                pub fn some(raw: Id) -> Option<Self> {
                    (raw.get() != NONE).then_some(Self(raw.get()))
                }
            }
        )*
    };
}

ids! {
    /// An image, by position in trie order.
    ImageId,
    /// A node of the layer trie.
    NodeId,
    /// A layer key.
    LayerId,
    /// A manifest of any kind.
    ManifestId,
    /// A repository.
    RepositoryId,
    /// A tag of a repository.
    TagId,
    /// One observation of a tag.
    ObservationId,
}

/// A published index, open for reading. Cheap to open whatever its size.
#[derive(Debug)]
pub struct Index {
    bytes: Bytes,
    layout: Layout,
    file: PathBuf,
    meta: Meta,
    /// Answer as of this time; see `as_of.rs`.
    pub(crate) as_of: Option<Timestamp>,
}

impl Index {
    /// Opens a file; O(1).
    ///
    /// # Errors
    /// [`IndexError`] when it is missing, foreign, of another version, or its
    /// header is damaged.
    pub fn open(file: &Path) -> Result<Self, IndexError> {
        let bytes = Bytes::map(file).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => IndexError::Missing(file.to_owned()),
            _ => IndexError::Io(error),
        })?;
        Self::from_bytes(bytes, file)
    }

    /// Reads an index from bytes that are already here; `file` is for errors.
    ///
    /// # Errors
    /// As [`Index::open`].
    pub fn from_bytes(bytes: Bytes, file: &Path) -> Result<Self, IndexError> {
        let layout = Layout::read(&bytes, file)?;
        let meta = bytes.get(layout.range(Section::Meta)).unwrap_or_default();
        let meta = serde_json::from_slice(meta).map_err(|error| IndexError::Damaged {
            file: file.to_owned(),
            reason: format!("its description is unreadable: {error}"),
        })?;
        Ok(Self { bytes, layout, file: file.to_owned(), meta, as_of: None })
    }

    /// An index whose sections lie as `layout` says: one that is being written.
    pub(crate) fn unfinished((bytes, layout): (Bytes, Layout), meta: Meta) -> Self {
        Self { bytes, layout, file: PathBuf::new(), meta, as_of: None }
    }

    /// The file it came from.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// All bytes of the file.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The checksum that stands for all of the file: of its header, which holds
    /// the checksums of all sections.
    #[must_use]
    pub fn checksum(&self) -> u64 {
        self.layout.checksum()
    }

    /// Reads every byte and compares the checksums.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] naming the sections that are not intact.
    pub fn verify(&self) -> Result<(), IndexError> {
        let broken = self.layout.broken_sections(&self.bytes);
        let reason = if !broken.is_empty() {
            format!("checksums of {broken:?} are wrong")
        } else if !self.layout.gaps_are_intact(&self.bytes) {
            "there is something between its sections".to_owned()
        } else {
            return Ok(());
        };
        Err(IndexError::Damaged { file: self.file.clone(), reason })
    }

    /// Size in bytes of a section.
    #[must_use]
    pub fn section_size(&self, section: Section) -> usize {
        self.layout.range(section).len()
    }

    /// A section as a table.
    pub(crate) fn table<T: FromBytes + Immutable + KnownLayout + Unaligned>(&self, section: Section) -> &[T] {
        let bytes = self.bytes.get(self.layout.range(section)).unwrap_or_default();
        <[T]>::ref_from_bytes(bytes).unwrap_or_default()
    }

    /// The record at `id`.
    pub(crate) fn at<T: FromBytes + Immutable + KnownLayout + Unaligned>(
        &self,
        section: Section,
        id: u32,
    ) -> Option<&T> {
        self.table::<T>(section).get(usize::try_from(id).ok()?)
    }

    /// Part of an id list, between the bounds of two neighbouring records.
    pub(crate) fn list(&self, section: Section, from: Option<Id>, to: Option<Id>) -> &[Id] {
        let all = self.table::<Id>(section);
        let bound = |id: Option<Id>| id.and_then(|id| usize::try_from(id.get()).ok()).unwrap_or(all.len());
        all.get(bound(from)..bound(to).max(bound(from))).unwrap_or_default()
    }

    /// The text with this id; empty when there is none.
    #[must_use]
    pub fn text(&self, id: Id) -> &str {
        self.string(Section::TextBytes, Section::TextOffsets, id)
    }

    /// The text with this id, unless it is "none".
    pub(crate) fn optional_text(&self, id: Id) -> Option<&str> {
        (id.get() != NONE).then(|| self.text(id))
    }

    /// The name with this id: of a repository, a tag, a part of a platform.
    pub(crate) fn name_text(&self, id: Id) -> &str {
        self.string(Section::NameBytes, Section::NameOffsets, id)
    }

    /// The bytes of the text with this id.
    pub(crate) fn text_bytes(&self, id: Id) -> &[u8] {
        self.string_bytes(Section::TextBytes, Section::TextOffsets, id)
    }

    fn string(&self, bytes: Section, offsets: Section, id: Id) -> &str {
        std::str::from_utf8(self.string_bytes(bytes, offsets, id)).unwrap_or_default()
    }

    fn string_bytes(&self, bytes: Section, offsets: Section, id: Id) -> &[u8] {
        let offsets = self.table::<records::Long>(offsets);
        let bound = |i: usize| offsets.get(i).and_then(|o| usize::try_from(o.get()).ok());
        let text = || {
            let at = usize::try_from(id.get()).ok()?;
            let range = bound(at)?..bound(at.checked_add(1)?)?;
            self.bytes.get(self.layout.range(bytes))?.get(range)
        };
        text().unwrap_or_default()
    }

    /// The digest a key stands for.
    #[must_use]
    pub fn digest(&self, key: &Key) -> Digest {
        let others = self.table::<records::OtherDigest>(Section::OtherDigests);
        if others.is_empty() {
            return Digest::Sha256(*key);
        }
        let other = others.binary_search_by(|other| other.key.cmp(key)).ok().and_then(|at| others.get(at));
        other.and_then(|other| self.name_text(other.text).parse().ok()).unwrap_or(Digest::Sha256(*key))
    }

    /// The image of this position.
    #[must_use]
    pub fn image(&self, id: ImageId) -> Option<&records::Image> {
        self.at(Section::Images, id.0)
    }

    /// How many images there are.
    #[must_use]
    pub fn image_count(&self) -> u32 {
        u32::try_from(self.table::<records::Image>(Section::Images).len()).unwrap_or(NONE)
    }

    /// How many records the table of trie nodes has.
    pub(crate) fn node_count(&self) -> usize {
        self.table::<records::Node>(Section::Nodes).len()
    }

    /// A node of the layer trie; 0 is the root.
    #[must_use]
    pub fn node(&self, id: NodeId) -> Option<&records::Node> {
        self.at(Section::Nodes, id.0)
    }

    /// Images whose layers are exactly this node's, as a range of ids.
    #[must_use]
    pub fn images_at(&self, id: NodeId) -> std::ops::Range<u32> {
        self.image_range(id, NodeId(id.0.saturating_add(1)))
    }

    /// Images whose layers begin with this node's, as a range of ids.
    #[must_use]
    pub fn images_below(&self, id: NodeId) -> std::ops::Range<u32> {
        let end = self.node(id).map_or(id.0, |node| node.end.get());
        self.image_range(id, NodeId(end))
    }

    fn image_range(&self, from: NodeId, to: NodeId) -> std::ops::Range<u32> {
        let count = self.image_count();
        let bound = |id| self.node(id).map_or(count, |node| node.first_image.get().min(count));
        let start = bound(from);
        start..bound(to).max(start)
    }

    /// The node one layer above `parent` for this layer.
    #[must_use]
    pub fn child_node(&self, parent: NodeId, layer: LayerId) -> Option<NodeId> {
        let table = self.table::<Id>(Section::NodeTable);
        let slots = table.len();
        let mut slot = node_slot(parent.0, layer.0, slots)?;
        for _ in 0..slots {
            let node = NodeId::some(*table.get(slot)?)?;
            let record = self.node(node)?;
            if record.parent.get() == parent.0 && record.layer.get() == layer.0 {
                return Some(node);
            }
            slot = (slot + 1) % slots;
        }
        None
    }

    /// Whether some node right above this one may have a blob's digest as its
    /// layer: the last of them would, as these come after all diff_ids. Looks
    /// for that one from the top of its subtree, and not far.
    pub(crate) fn has_blob_child(&self, id: NodeId) -> bool {
        let Some(node) = self.node(id) else { return false };
        let mut at = NodeId(node.end.get().saturating_sub(1));
        for _ in 0..MAX_CLIMB {
            let Some(record) = self.node(at).filter(|_| at > id) else { return false };
            if record.parent.get() == id.0 {
                return record.layer.get() >= self.diff_id_count();
            }
            let Some(parent) = NodeId::some(record.parent).filter(|parent| *parent < at) else { return false };
            at = parent;
        }
        true
    }

    /// Nodes whose topmost layer is this one.
    #[must_use]
    pub fn nodes_of_layer(&self, layer: LayerId) -> &[Id] {
        let start = |id: u32| self.at::<Id>(Section::LayerNodeStarts, id).copied();
        self.list(Section::LayerNodes, start(layer.0), start(layer.0.saturating_add(1)))
    }

    /// The layers of a node, bottom first.
    #[must_use]
    pub fn layers_of(&self, node: NodeId) -> Vec<LayerId> {
        let mut layers = Vec::new();
        let mut at = node;
        // A parent always has a smaller id, so this ends in a damaged file too.
        while let Some(record) = self.node(at) {
            let (Some(layer), Some(parent)) = (LayerId::some(record.layer), NodeId::some(record.parent)) else { break };
            layers.push(layer);
            if parent.0 >= at.0 {
                break;
            }
            at = parent;
        }
        layers.reverse();
        layers
    }

    /// How many of the layer keys are diff_ids; the rest are blob digests.
    #[must_use]
    pub fn diff_id_count(&self) -> u32 {
        self.meta.diff_ids
    }

    /// What the index says of itself.
    #[must_use]
    pub fn meta(&self) -> &Meta {
        &self.meta
    }

    /// A layer key's digest, and whether it is a diff_id.
    #[must_use]
    pub fn layer_key(&self, layer: LayerId) -> Option<Digest> {
        Some(self.digest(self.at::<Key>(Section::Layers, layer.0)?))
    }

    /// The layer key of a diff_id.
    #[must_use]
    pub fn find_diff_id(&self, diff_id: DiffId) -> Option<LayerId> {
        let key = diff_id.0.key();
        let range = bucket(self.table::<Id>(Section::LayerFan), &key)?;
        let diff_ids = self.table::<Key>(Section::Layers).get(range.start as usize..range.end as usize)?;
        let end = self.diff_id_count();
        find_key(diff_ids, &key, |key| *key).map(|at| LayerId(range.start + at)).filter(|layer| layer.0 < end)
    }

    /// A blob by its digest.
    #[must_use]
    pub fn find_blob(&self, digest: BlobDigest) -> Option<&records::Blob> {
        let blobs = self.table::<records::Blob>(Section::Blobs);
        let at = find_key(blobs, &digest.0.key(), |blob| blob.digest)?;
        self.at(Section::Blobs, at)
    }

    /// A manifest by its digest.
    #[must_use]
    pub fn find_manifest(&self, digest: ManifestDigest) -> Option<ManifestId> {
        let manifests = self.table::<records::Manifest>(Section::Manifests);
        find_key(manifests, &digest.0.key(), |m| m.digest).map(ManifestId)
    }

    /// An image by config digest, or by manifest digest where that is its
    /// identity.
    #[must_use]
    pub fn find_image(&self, identity: &Identity) -> Option<ImageId> {
        let by_manifest = matches!(identity, Identity::Manifest(_));
        let order = self.table::<Id>(Section::ImagesByDigest);
        let nothing: Key = [0xff; 32];
        let digest_at = |id: &Id| self.image(ImageId(id.get())).map_or(nothing, |image| image.digest);
        let key = identity.digest().key();
        let at = find_key(order, &key, |id| digest_at(id))?;
        let id = ImageId::some(*order.get(at as usize)?)?;
        let found = self.image(id)?.flags.get() & records::Image::BY_MANIFEST != 0;
        (found == by_manifest).then_some(id)
    }

    /// A manifest's record.
    #[must_use]
    pub fn manifest(&self, id: ManifestId) -> Option<&records::Manifest> {
        self.at(Section::Manifests, id.0)
    }

    /// A manifest's digest.
    #[must_use]
    pub fn manifest_digest(&self, id: ManifestId) -> Option<ManifestDigest> {
        Some(ManifestDigest(self.digest(&self.manifest(id)?.digest)))
    }

    pub(crate) fn next_manifest(&self, id: ManifestId) -> Option<&records::Manifest> {
        self.manifest(ManifestId(id.0.saturating_add(1)))
    }
}
