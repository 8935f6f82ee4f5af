//! The sections of the file and the size of their elements.

use super::records;

macro_rules! sections {
    ($($(#[$doc:meta])* $name:ident = $id:literal, $element:ty;)*) => {
        /// A section of the index file.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u32)]
        pub enum Section { $($(#[$doc])* $name = $id,)* }

        impl Section {
            /// All of them, in file order.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Size in bytes of one element.
            #[must_use]
            pub fn element_size(self) -> usize {
                match self { $(Self::$name => size_of::<$element>(),)* }
            }
        }
    };
}

impl Section {
    /// Sections that a file may lack; it is then read as if they were empty.
    /// Files of format 2 have no `StepMarks`: there a step's mark is part of its
    /// node. One that is added here, and that older readers can do without,
    /// needs no new version of the format.
    pub const OPTIONAL: &[Self] = &[Self::StepMarks, Self::RepositoriesSeen, Self::Unread];

    /// Sections of which a file has those only that there is something to say in.
    pub const UNLESS_EMPTY: &[Self] = &[Self::RepositoriesSeen, Self::Unread];

    /// One more than the highest number of a section: the last one's.
    pub(super) const NUMBERS: usize = match Self::ALL {
        [.., last] => *last as usize + 1,
        [] => 0,
    };
}

sections! {
    /// One JSON document: what was crawled and when.
    Meta = 1, u8;
    /// All texts, end to end, UTF-8, by the SHA-256 of each.
    TextBytes = 2, u8;
    /// Where each text begins in `TextBytes`, plus the end of the last.
    TextOffsets = 3, records::Long;
    /// Digests that are not SHA-256, by the key that stands for them.
    OtherDigests = 4, records::OtherDigest;
    /// Platforms.
    Platforms = 5, records::Platform;
    /// All names, end to end, UTF-8, in their order.
    NameBytes = 6, u8;
    /// Where each name begins in `NameBytes`, plus the end of the last.
    NameOffsets = 7, records::Long;
    /// Layer keys: all diff_ids in order, then unmapped blobs in order.
    Layers = 10, records::Key;
    /// All blobs, by digest.
    Blobs = 11, records::Blob;
    /// The layer trie, depth first.
    Nodes = 12, records::Node;
    /// Hash table from (parent node, layer) to node.
    NodeTable = 13, records::Id;
    /// For each layer where its nodes begin in `LayerNodes`, plus the end.
    LayerNodeStarts = 14, records::Id;
    /// Nodes by layer.
    LayerNodes = 15, records::Id;
    /// Where diff_ids begin in `Layers` by their first bits, plus the end.
    LayerFan = 16, records::Id;
    /// The trie of histories, depth first.
    StepNodes = 21, records::StepNode;
    /// The trie of trimmed step texts, depth first: end of each subtree.
    TextNodes = 22, records::Id;
    /// Steps that images mark differently than the history trie does, by image
    /// and position.
    StepMarks = 23, records::StepMark;
    /// Images, in the order of their trie nodes.
    Images = 30, records::Image;
    /// Image ids in the order of their digests.
    ImagesByDigest = 31, records::Id;
    /// Manifest ids of each image.
    ImageManifests = 32, records::Id;
    /// For each image where its children begin in `ImageChildren`, plus the end.
    ImageChildStarts = 33, records::Id;
    /// Images by their ranked parent.
    ImageChildren = 34, records::Id;
    /// The ranked parent of each image.
    Parents = 35, records::Parent;
    /// Bases each image declares, as JSON; text ids.
    ImageDeclared = 36, records::Id;
    /// Manifests and indexes, by digest.
    Manifests = 40, records::Manifest;
    /// Blob ids of each manifest, bottom first.
    ManifestBlobs = 41, records::Id;
    /// Entries of each index.
    IndexEntries = 42, records::IndexEntry;
    /// Indexes that list a manifest.
    ManifestIndexes = 43, records::Id;
    /// Tag observations that led to a manifest.
    ManifestObservations = 44, records::Id;
    /// Repositories, by name.
    Repositories = 50, records::Repository;
    /// Tags, by repository and name.
    Tags = 51, records::Tag;
    /// Tag observations, by tag and time.
    Observations = 52, records::Observation;
    /// Repositories, by their names read from the last component to the first.
    RepositoriesBySuffix = 53, records::Id;
    /// When repositories were seen, in the order of `Repositories`.
    RepositoriesSeen = 54, records::Seen;
    /// What was unread when the last run ended, and why, by name.
    Unread = 55, records::Unread;
}
