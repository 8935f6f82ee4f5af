//! The fixed-size records of the file.

use forebear_facts::rows::StepRecord;
use forebear_image::Timestamp;
use zerocopy::little_endian::{I64, U16, U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

/// An id or count.
pub(crate) type Id = U32;
/// A 64-bit offset.
pub(crate) type Long = U64;
pub(crate) use forebear_facts::rows::Key;

macro_rules! records {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $kind:ty,)* })*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
            #[repr(C)]
            pub(crate) struct $name { $($(#[$field_doc])* pub(crate) $field: $kind,)* }
        )*
    };
}

records! {
    /// A digest of another algorithm than SHA-256.
    OtherDigest {
        /// SHA-256 of the digest's text; stands for it in every table.
        key: Key,
        /// The digest's text, a name id.
        text: U32,
    }

    /// A platform; `NONE` for absent parts.
    Platform {
        /// Name id.
        os: U32,
        /// Name id.
        architecture: U32,
        /// Name id.
        variant: U32,
        /// Name id.
        os_version: U32,
    }

    /// A blob of a layer.
    Blob {
        /// Its digest.
        digest: Key,
        /// Layer key it is compared by: its diff_id's, or its own.
        layer: U32,
        /// Size in bytes; all ones for unknown.
        size: U64,
        /// Media type, a text id.
        media_type: U32,
        /// Bit 0: two configs contradict each other on its diff_id.
        flags: U32,
    }

    /// A node of the layer trie: one ordered prefix of layers.
    Node {
        /// Node of the prefix one layer shorter; `NONE` for the root.
        parent: U32,
        /// Topmost layer; `NONE` for the root.
        layer: U32,
        /// One past the last node below this one.
        end: U32,
        /// First image with exactly these layers; the next node's ends them.
        first_image: U32,
        /// Number of layers.
        depth: U32,
    }

    /// A node of the history trie: one beginning of a history, and its last
    /// step.
    StepNode {
        /// One step shorter; `NONE` for the root.
        parent: U32,
        /// `created_by`, a text id; `NONE` for the root.
        text: U32,
        /// Builder's remark, a text id.
        comment: U32,
        /// One past the last node below this one.
        end: U32,
        /// Number of steps.
        depth: U32,
        /// Node of the trimmed texts in `TextNodes`.
        text_node: U32,
        /// Time, seconds since 1970.
        seconds: I64,
        /// Time, nanoseconds, in the low 30 bits. Bit 30: the step made no
        /// layer, where the image has no [`StepMark`] of its own. Bit 31: it has
        /// a time.
        nanos: U32,
    }

    /// A step that an image marks differently than the history trie does: as
    /// one that made a layer, or as one that made none.
    StepMark {
        /// The image.
        image: U32,
        /// The step's position in its history, 0 the first.
        position: U32,
    }

    /// An image.
    Image {
        /// Config digest, or the manifest's (bit 0 of `flags`).
        digest: Key,
        /// Its layers, a trie node.
        node: U32,
        /// Its history, a history node; `NONE` when no config was read.
        history: U32,
        /// Platform id or `NONE`.
        platform: U32,
        /// Bit 0: `digest` is a manifest's. Bit 1: some step has no time.
        /// Bit 2: `created` is set. Bit 3: it has steps in `StepMarks`.
        flags: U32,
        /// Build time, seconds since 1970.
        created_seconds: I64,
        /// Build time, nanoseconds.
        created_nanos: U32,
        /// Container settings as JSON, a text id.
        runtime: U32,
        /// First of the bases it declares, in `ImageDeclared`; the next
        /// image's ends them.
        first_declared: U32,
        /// First of its manifests in `ImageManifests`; the next image's ends them.
        first_manifest: U32,
    }

    /// An image's ranked parent.
    Parent {
        /// Image id or `NONE`.
        image: U32,
        /// Class of agreement with it: 0 exact, 1 filled, 2 above, 3 text,
        /// 4 unread, 5 differs.
        agreement: U32,
    }

    /// A manifest of any kind.
    Manifest {
        /// Its digest.
        digest: Key,
        /// 0 never read, 1 image, 2 index, 3 schema 1, 4 artifact, 5 attestation.
        kind: U32,
        /// Image it describes.
        image: U32,
        /// Platform id as an index says it.
        platform: U32,
        /// Media type or artifact type, a text id.
        media_type: U32,
        /// First of its blobs in `ManifestBlobs`.
        first_blob: U32,
        /// First of its entries in `IndexEntries`.
        first_entry: U32,
        /// First of the indexes that list it, in `ManifestIndexes`.
        first_index: U32,
        /// First of its observations in `ManifestObservations`.
        first_observation: U32,
    }

    /// One entry of an index.
    IndexEntry {
        /// Child manifest.
        manifest: U32,
        /// Platform id.
        platform: U32,
    }

    /// A repository.
    Repository {
        /// Full name, a name id.
        name: U32,
        /// First of its tags; the next repository's ends them.
        first_tag: U32,
        /// Start of the last run that listed it completely, seconds since
        /// 1970; all ones for never.
        listed_seconds: I64,
        /// Bits.
        flags: U16,
        /// Reserved.
        reserved: U16,
    }

    /// A tag.
    Tag {
        /// Repository id.
        repository: U32,
        /// Name, a name id.
        name: U32,
        /// First of its observations; the next tag's ends them.
        first_observation: U32,
    }

    /// A tag seen leading to a manifest.
    Observation {
        /// Tag id.
        tag: U32,
        /// Manifest id.
        manifest: U32,
        /// Start of the first run that saw it, seconds since 1970.
        first_seconds: I64,
        /// Start of the last run that saw it.
        last_seconds: I64,
        /// Bit 0: it has ended (the tag moved or was deleted).
        flags: U32,
    }

    /// When a repository was seen, and what its registry told of it.
    Seen {
        /// Start of the first run that it was there for, seconds since 1970;
        /// [`never::TIME`] for never, here and below.
        first_seconds: I64,
        /// Start of the last one.
        last_seconds: I64,
        /// Start of the last run that had its list of tags.
        listed_seconds: I64,
        /// Start of the run that was told what follows.
        told_seconds: I64,
        /// When it was made, microseconds since 1970.
        registered_micros: I64,
        /// When it was last changed, microseconds since 1970.
        updated_micros: I64,
        /// How often it was pulled; [`never::COUNT`] for unknown.
        pulls: U64,
        /// How many have starred it; likewise.
        stars: U64,
        /// Bit 0: when its tags were last asked for, it was not there.
        flags: U32,
    }

    /// What could not be read.
    Unread {
        /// Of which repository or registry, a name id.
        of: U32,
        /// What: a name id.
        what: U32,
        /// Why: a name id.
        why: U32,
        /// How many.
        count: U64,
    }
}

impl Blob {
    /// Bit of `flags`: configs contradict each other.
    pub(crate) const CONTRADICTED: u32 = 1;
}

impl StepNode {
    /// Bit of `nanos`: made no layer.
    pub(crate) const EMPTY: u32 = StepRecord::EMPTY;
    /// Bit of `nanos`: has a time.
    pub(crate) const TIMED: u32 = StepRecord::TIMED;

    /// Whether the step made no layer, as the trie has it; images may differ.
    #[must_use]
    pub(crate) fn is_empty(&self) -> bool {
        self.nanos.get() & Self::EMPTY != 0
    }

    /// When the step was made, where that is known.
    #[must_use]
    pub(crate) fn created(&self) -> Option<Timestamp> {
        let nanos = self.nanos.get();
        let time = Timestamp { seconds: self.seconds.get(), nanos: nanos & (Self::EMPTY - 1) };
        (nanos & Self::TIMED != 0).then_some(time)
    }
}

impl Image {
    /// Bit of `flags`: identified by its manifest.
    pub(crate) const BY_MANIFEST: u32 = 1;
    /// Bit of `flags`: a step without a time.
    pub(crate) const UNTIMED_STEP: u32 = 2;
    /// Bit of `flags`: has a build time.
    pub(crate) const CREATED: u32 = 4;
    /// Bit of `flags`: marks a step differently than the history trie does.
    pub(crate) const MARKED_STEP: u32 = 8;
}

impl Repository {
    /// Bit of `flags`: listed by its registry, and not crawled yet.
    pub(crate) const UNCRAWLED: u16 = 1;
}

impl Observation {
    /// Bit of `flags`: no longer so.
    pub(crate) const ENDED: u32 = 1;
}

impl Seen {
    /// Bit of `flags`: its registry knows it no more.
    pub(crate) const GONE: u32 = 1;
}

/// What stands for a value that is not known.
pub(crate) mod never {
    pub(crate) const TIME: i64 = i64::MAX;
    pub(crate) const COUNT: u64 = u64::MAX;
}
