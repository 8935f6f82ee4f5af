//! The fixed-size records that rows are made of: little-endian, unaligned.

use forebear_image::Timestamp;
use zerocopy::little_endian::{I64, U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use super::key::{Key, NONE};

macro_rules! records {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $kind:ty,)* })*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
            #[repr(C)]
            pub struct $name { $($(#[$field_doc])* pub $field: $kind,)* }
        )*
    };
}

records! {
    /// Begins a config's row. Then come its diff_ids, steps and declared bases.
    ConfigHead {
        /// Its platform, as JSON; a text number.
        platform: U32,
        /// Container settings, as JSON; a text number.
        runtime: U32,
        /// Build time, seconds since 1970.
        created_seconds: I64,
        /// Build time, nanoseconds; `NONE` without a build time.
        created_nanos: U32,
        /// How many diff_ids follow.
        diff_ids: U32,
        /// How many steps; `NONE` where there is a history that could not be read.
        steps: U32,
        /// How many declared bases, each a text number of its JSON.
        declared: U32,
    }

    /// One entry of a history.
    StepRecord {
        /// `created_by`, a text number.
        text: U32,
        /// Comment, a text number.
        comment: U32,
        /// Time, seconds since 1970.
        seconds: I64,
        /// Time, nanoseconds, in the low 30 bits. Bit 30: it made no layer.
        /// Bit 31: it has a time.
        nanos: U32,
    }

    /// Begins a manifest's row. Then come its layers, its entries, what it says
    /// of attestations, and its materials.
    ManifestHead {
        /// One of [`super::kind`].
        kind: U32,
        /// Media type, or artifact type where it is no image and holds none; a
        /// text number.
        media_type: U32,
        /// Base its annotations declare, as JSON; a text number.
        declared: U32,
        /// Digest of its config; zeros where it has none.
        config: Key,
        /// How many layers follow.
        blobs: U32,
        /// How many entries.
        children: U32,
        /// How many attestations that it lists, or subjects that it names.
        claims: U32,
        /// How many materials it states, each a text number of its JSON.
        materials: U32,
    }

    /// A layer as a manifest lists it.
    BlobRecord {
        /// Its digest.
        digest: Key,
        /// Its size in bytes; all ones for unknown.
        size: U64,
        /// Its media type, a text number.
        media_type: U32,
    }

    /// What a manifest says of another one: an entry of an index.
    ChildRecord {
        /// The other one's digest.
        digest: Key,
        /// Platform as JSON, a text number.
        platform: U32,
        /// Base that the entry declares for it, as JSON; a text number.
        declared: U32,
        /// Its artifact type, where the entry says that it is no image; a text
        /// number.
        artifact: U32,
    }
}

records! {
    /// That an attestation is about a manifest: as an index says, or as the
    /// attestation says itself.
    ClaimRecord {
        /// The attestation's digest.
        attestation: Key,
        /// The digest of what it is about.
        subject: Key,
    }
}

impl StepRecord {
    /// Bit of `nanos`: the step made no layer.
    pub const EMPTY: u32 = 1 << 30;
    /// Bit of `nanos`: the step has a time.
    pub const TIMED: u32 = 1 << 31;

    /// Whether the step made no layer.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nanos.get() & Self::EMPTY != 0
    }

    /// A step of these texts.
    #[must_use]
    pub fn new(text: u32, comment: u32, created: Option<Timestamp>, empty: bool) -> Self {
        let time = created.unwrap_or(Timestamp { seconds: 0, nanos: 0 });
        let timed = if created.is_some() { Self::TIMED } else { 0 };
        let empty = if empty { Self::EMPTY } else { 0 };
        Self {
            text: U32::new(text),
            comment: U32::new(comment),
            seconds: I64::new(time.seconds),
            nanos: U32::new(time.nanos & (Self::EMPTY - 1) | timed | empty),
        }
    }
}

impl ConfigHead {
    /// Build time.
    #[must_use]
    pub fn created(&self) -> Option<Timestamp> {
        let nanos = self.created_nanos.get();
        (nanos != NONE).then_some(Timestamp { seconds: self.created_seconds.get(), nanos })
    }
}
