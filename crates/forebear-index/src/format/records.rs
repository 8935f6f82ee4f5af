//! The fixed-size records of the file.

use zerocopy::little_endian::{I64, U16, U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

/// An id or count.
pub type Id = U32;
/// A 64-bit offset.
pub type Long = U64;
/// A SHA-256, or the SHA-256 of another digest's text (`OtherDigest`).
pub type Key = [u8; 32];

macro_rules! records {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $kind:ty,)* })*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
            #[repr(C)]
            pub struct $name { $($(#[$field_doc])* pub $field: $kind,)* }
        )*
    };
}

records! {
    /// A digest of another algorithm than SHA-256.
    OtherDigest {
        /// SHA-256 of the digest's text; stands for it in every table.
        key: Key,
        /// The digest's text, a string id.
        text: U32,
    }

    /// A platform; `NONE` for absent parts.
    Platform {
        /// String id.
        os: U32,
        /// String id.
        architecture: U32,
        /// String id.
        variant: U32,
        /// String id.
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
        /// Media type, a string id.
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

    /// A history step.
    Step {
        /// String id of `created_by`.
        text: U32,
        /// Builder's remark, a string id.
        comment: U32,
        /// Seconds since 1970; see bit 1 of `flags`.
        created_seconds: I64,
        /// Nanoseconds.
        created_nanos: U32,
        /// Bit 0: made no layer. Bit 1: has a time.
        flags: U32,
    }

    /// A node of the history trie: one beginning of a history.
    StepNode {
        /// One step shorter; `NONE` for the root.
        parent: U32,
        /// Last step; `NONE` for the root.
        step: U32,
        /// One past the last node below this one.
        end: U32,
        /// Number of steps.
        depth: U32,
        /// Node of the trimmed texts in `TextNodes`.
        text_node: U32,
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
        /// Bit 2: `created` is set.
        flags: U32,
        /// Build time, seconds since 1970.
        created_seconds: I64,
        /// Build time, nanoseconds.
        created_nanos: U32,
        /// Ranked parent or `NONE`.
        parent: U32,
        /// Class of agreement with the parent: 0 exact, 1 filled, 2 above,
        /// 3 text, 4 unread, 5 differs.
        agreement: U32,
        /// Container settings as JSON, a string id.
        runtime: U32,
        /// Declared bases as JSON, a string id.
        declared: U32,
        /// First of its manifests in `ImageManifests`; the next image's ends them.
        first_manifest: U32,
    }

    /// A manifest of any kind.
    Manifest {
        /// Its digest.
        digest: Key,
        /// 0 never read, 1 image, 2 index, 3 schema 1, 4 artifact.
        kind: U32,
        /// Image it describes.
        image: U32,
        /// Platform id as an index says it.
        platform: U32,
        /// Media type or artifact type, a string id.
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
        /// Full name, a string id.
        name: U32,
        /// First of its tags; the next repository's ends them.
        first_tag: U32,
        /// Start of the last run that listed it completely, seconds since
        /// 1970; all ones for never.
        listed_seconds: I64,
        /// Reserved.
        flags: U16,
        /// Reserved.
        reserved: U16,
    }

    /// A tag.
    Tag {
        /// Repository id.
        repository: U32,
        /// Name, a string id.
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
}

impl Blob {
    /// Bit of `flags`: configs contradict each other.
    pub const CONTRADICTED: u32 = 1;
}

impl Step {
    /// Bit of `flags`: made no layer.
    pub const EMPTY: u32 = 1;
    /// Bit of `flags`: has a time.
    pub const TIMED: u32 = 2;
}

impl Image {
    /// Bit of `flags`: identified by its manifest.
    pub const BY_MANIFEST: u32 = 1;
    /// Bit of `flags`: a step without a time.
    pub const UNTIMED_STEP: u32 = 2;
    /// Bit of `flags`: has a build time.
    pub const CREATED: u32 = 4;
}

impl Observation {
    /// Bit of `flags`: no longer so.
    pub const ENDED: u32 = 1;
}
