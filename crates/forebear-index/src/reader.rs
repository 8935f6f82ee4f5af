//! Reading an index: typed tables and look-ups by digest.
//!
//! Opening checks the header and every section bound. Ids inside the tables
//! are checked where they are followed: a damaged file gives missing answers
//! or an error, never a crash.

use std::path::{Path, PathBuf};

use forebear_image::image::Identity;
use forebear_image::{
    BlobDigest, ConfigDigest, DiffId, Digest, HistoryEntry, Image, Layer, ManifestDigest, Platform, RuntimeConfig,
    Timestamp,
};
use zerocopy::{FromBytes, Immutable, KnownLayout, Unaligned};

use crate::build::Meta;
use crate::error::IndexError;
use crate::format::records::{self, Id, Key};
use crate::format::{Layout, NONE, Section};
use crate::map::Bytes;

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
        Ok(Self { bytes, layout, file: file.to_owned(), meta })
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

    /// The string with this id; empty when there is none.
    #[must_use]
    pub fn string(&self, id: Id) -> &str {
        let offsets = self.table::<records::Long>(Section::StringOffsets);
        let bound = |i: usize| offsets.get(i).and_then(|o| usize::try_from(o.get()).ok());
        let text = || {
            let at = usize::try_from(id.get()).ok()?;
            let range = bound(at)?..bound(at.checked_add(1)?)?;
            let all = self.bytes.get(self.layout.range(Section::StringBytes))?;
            std::str::from_utf8(all.get(range)?).ok()
        };
        text().unwrap_or_default()
    }

    /// The string with this id, unless it is "none".
    pub(crate) fn optional_string(&self, id: Id) -> Option<&str> {
        (id.get() != NONE).then(|| self.string(id))
    }

    /// The digest a key stands for.
    #[must_use]
    pub fn digest(&self, key: &Key) -> Digest {
        let others = self.table::<records::OtherDigest>(Section::OtherDigests);
        if others.is_empty() {
            return Digest::Sha256(*key);
        }
        let other = others.binary_search_by(|other| other.key.cmp(key)).ok().and_then(|at| others.get(at));
        other.and_then(|other| self.string(other.text).parse().ok()).unwrap_or(Digest::Sha256(*key))
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
        let mut slot = crate::build::node_slot(parent.0, layer.0, slots)?;
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
        let count = usize::try_from(self.diff_id_count()).unwrap_or(0);
        let diff_ids = self.table::<Key>(Section::Layers).get(..count).unwrap_or_default();
        search(diff_ids, &key_of(&diff_id.0), |key| key).map(LayerId)
    }

    /// A blob by its digest.
    #[must_use]
    pub fn find_blob(&self, digest: BlobDigest) -> Option<&records::Blob> {
        let blobs = self.table::<records::Blob>(Section::Blobs);
        let at = search(blobs, &key_of(&digest.0), |blob| &blob.digest)?;
        self.at(Section::Blobs, at)
    }

    /// A manifest by its digest.
    #[must_use]
    pub fn find_manifest(&self, digest: ManifestDigest) -> Option<ManifestId> {
        let manifests = self.table::<records::Manifest>(Section::Manifests);
        search(manifests, &key_of(&digest.0), |m| &m.digest).map(ManifestId)
    }

    /// An image by config digest, or by manifest digest where that is its
    /// identity.
    #[must_use]
    pub fn find_image(&self, identity: &Identity) -> Option<ImageId> {
        let by_manifest = matches!(identity, Identity::Manifest(_));
        let order = self.table::<Id>(Section::ImagesByDigest);
        let nothing: Key = [0xff; 32];
        let digest_at = |id: &Id| self.image(ImageId(id.get())).map_or(nothing, |image| image.digest);
        let key = key_of(&identity.digest());
        let at = order.binary_search_by(|id| digest_at(id).cmp(&key)).ok()?;
        let id = ImageId::some(*order.get(at)?)?;
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

    fn next_manifest(&self, id: ManifestId) -> Option<&records::Manifest> {
        self.manifest(ManifestId(id.0.saturating_add(1)))
    }

    /// Blobs a manifest lists, bottom first.
    #[must_use]
    pub fn manifest_blobs(&self, id: ManifestId) -> Vec<&records::Blob> {
        let from = self.manifest(id).map(|m| m.first_blob);
        let to = self.next_manifest(id).map(|m| m.first_blob);
        let blobs = self.list(Section::ManifestBlobs, from, to);
        blobs.iter().filter_map(|blob| self.at(Section::Blobs, blob.get())).collect()
    }

    /// Entries of an index: child manifest and platform.
    #[must_use]
    pub fn index_entries(&self, id: ManifestId) -> &[records::IndexEntry] {
        let all = self.table::<records::IndexEntry>(Section::IndexEntries);
        let bound = |m: Option<&records::Manifest>| {
            m.and_then(|m| usize::try_from(m.first_entry.get()).ok()).unwrap_or(all.len())
        };
        let start = bound(self.manifest(id));
        all.get(start..bound(self.next_manifest(id)).max(start)).unwrap_or_default()
    }

    /// Indexes that list a manifest.
    #[must_use]
    pub fn indexes_of(&self, id: ManifestId) -> &[Id] {
        let from = self.manifest(id).map(|m| m.first_index);
        self.list(Section::ManifestIndexes, from, self.next_manifest(id).map(|m| m.first_index))
    }

    /// Observations that led to a manifest.
    #[must_use]
    pub fn observations_of(&self, id: ManifestId) -> &[Id] {
        let from = self.manifest(id).map(|m| m.first_observation);
        self.list(Section::ManifestObservations, from, self.next_manifest(id).map(|m| m.first_observation))
    }

    /// Manifests of an image: more than one when copies were recompressed.
    #[must_use]
    pub fn manifests_of(&self, id: ImageId) -> &[Id] {
        let from = self.image(id).map(|image| image.first_manifest);
        let to = self.image(ImageId(id.0.saturating_add(1))).map(|image| image.first_manifest);
        self.list(Section::ImageManifests, from, to)
    }

    /// Images whose ranked parent is this one.
    #[must_use]
    pub fn ranked_children(&self, id: ImageId) -> &[Id] {
        let start = |id: u32| self.at::<Id>(Section::ImageChildStarts, id).copied();
        self.list(Section::ImageChildren, start(id.0), start(id.0.saturating_add(1)))
    }

    /// A platform by its id.
    #[must_use]
    pub fn platform(&self, id: Id) -> Option<Platform> {
        let record: &records::Platform = self.at(Section::Platforms, id.get())?;
        let optional = |id| self.optional_string(id).map(str::to_owned);
        Some(Platform {
            os: self.string(record.os).to_owned(),
            architecture: self.string(record.architecture).to_owned(),
            variant: optional(record.variant),
            os_version: optional(record.os_version),
        })
    }

    /// All platforms of the index.
    #[must_use]
    pub fn platforms(&self) -> Vec<Platform> {
        let count = self.table::<records::Platform>(Section::Platforms).len();
        (0..u32::try_from(count).unwrap_or(0)).filter_map(|id| self.platform(Id::new(id))).collect()
    }

    /// An image's history; `None` when its config was not read.
    #[must_use]
    pub fn history_of(&self, id: ImageId) -> Option<Vec<HistoryEntry>> {
        let image = self.image(id)?;
        let mut at = (image.history.get() != NONE).then_some(image.history.get())?;
        let mut entries = Vec::new();
        while let Some(node) = self.at::<records::StepNode>(Section::StepNodes, at) {
            let Some(step) = self.at::<records::Step>(Section::Steps, node.step.get()) else { break };
            entries.push(self.history_entry(step));
            if node.parent.get() >= at {
                break;
            }
            at = node.parent.get();
        }
        entries.reverse();
        Some(entries)
    }

    fn history_entry(&self, step: &records::Step) -> HistoryEntry {
        let flag = |bit| step.flags.get() & bit != 0;
        let created = Timestamp { seconds: step.created_seconds.get(), nanos: step.created_nanos.get() };
        HistoryEntry {
            created: flag(records::Step::TIMED).then_some(created),
            created_by: self.string(step.text).to_owned(),
            author: None,
            comment: self.optional_string(step.comment).map(str::to_owned),
            empty: flag(records::Step::EMPTY),
        }
    }

    /// Everything the index knows of an image. `manifest` says which of its
    /// manifests to take blobs from; any, when `None`.
    #[must_use]
    pub fn load(&self, id: ImageId, manifest: Option<ManifestId>) -> Option<Image> {
        let record = self.image(id)?;
        let manifest = manifest.or_else(|| ManifestId::some(*self.manifests_of(id).first()?));
        let blobs = manifest.map(|m| self.manifest_blobs(m)).unwrap_or_default();
        let keys = self.layers_of(NodeId(record.node.get()));
        let diff_ids = self.diff_id_count();
        let pairs = blobs.len() == keys.len();
        let layers = keys.iter().enumerate().map(|(position, key)| {
            let blob = blobs.get(position).filter(|_| pairs);
            Layer {
                blob: blob.map(|b| BlobDigest(self.digest(&b.digest))),
                size: blob.map(|b| b.size.get()).filter(|size| *size != u64::MAX),
                media_type: blob.and_then(|b| self.optional_string(b.media_type)).map(str::to_owned),
                diff_id: if key.0 < diff_ids { self.layer_key(*key).map(DiffId) } else { None },
            }
        });
        let flag = |bit| record.flags.get() & bit != 0;
        let digest = self.digest(&record.digest);
        let by_manifest = flag(records::Image::BY_MANIFEST);
        let created = Timestamp { seconds: record.created_seconds.get(), nanos: record.created_nanos.get() };
        let json = |id: Id| self.optional_string(id);
        Some(Image {
            identity: Some(if by_manifest {
                Identity::Manifest(ManifestDigest(digest))
            } else {
                Identity::Config(ConfigDigest(digest))
            }),
            manifest_digest: manifest.and_then(|m| self.manifest_digest(m)),
            platform: self.platform_of(id, manifest),
            created: flag(records::Image::CREATED).then_some(created),
            layers: layers.collect(),
            history: self.history_of(id),
            runtime: json(record.runtime).and_then(|text| serde_json::from_str::<RuntimeConfig>(text).ok()),
            declared: json(record.declared).and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default(),
        })
    }

    /// The platform of an image, preferring what an index says of `manifest`.
    #[must_use]
    pub fn platform_of(&self, id: ImageId, manifest: Option<ManifestId>) -> Option<Platform> {
        let said = manifest.and_then(|m| self.platform(self.manifest(m)?.platform));
        said.or_else(|| self.platform(self.image(id)?.platform))
    }
}

/// The key a digest has in the tables.
pub(crate) fn key_of(digest: &Digest) -> Key {
    match digest {
        Digest::Sha256(bytes) => *bytes,
        Digest::Sha512(_) => match Digest::sha256(digest.to_string().as_bytes()) {
            Digest::Sha256(bytes) => bytes,
            Digest::Sha512(_) => [0; 32],
        },
    }
}

/// Position of `key` in a table sorted by key.
fn search<T>(table: &[T], key: &Key, key_at: impl Fn(&T) -> &Key) -> Option<u32> {
    let at = table.binary_search_by(|element| key_at(element).cmp(key)).ok()?;
    u32::try_from(at).ok()
}
