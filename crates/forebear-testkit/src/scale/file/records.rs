//! Fixed parts of a row file's own rows.

use forebear_facts::rows::{Key, NONE};
use forebear_image::Timestamp;
use zerocopy::little_endian::{I64, U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(super) struct Span {
    pub(super) begin: U64,
    pub(super) end: U64,
}

#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(super) struct TextHead {
    pub(super) key: Key,
    pub(super) id: U32,
    pub(super) trimmed: U32,
}

#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(super) struct Time {
    seconds: I64,
    nanos: U32,
}

#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(super) struct ObservationHead {
    pub(super) manifest: Key,
    pub(super) first: Time,
    pub(super) last: Time,
    pub(super) ended: U32,
    pub(super) repository: U32,
}

impl Time {
    pub(super) fn new(time: Option<Timestamp>) -> Self {
        Self {
            seconds: I64::new(time.map_or(0, |time| time.seconds)),
            nanos: U32::new(time.map_or(NONE, |time| time.nanos)),
        }
    }

    pub(super) fn get(&self) -> Option<Timestamp> {
        let nanos = self.nanos.get();
        (nanos != NONE).then_some(Timestamp { seconds: self.seconds.get(), nanos })
    }
}
