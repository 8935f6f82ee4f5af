//! Where a document lies in the log.

use crate::error::StoreError;
use crate::log::Place;
use crate::log::documents::Role;
use crate::rows::PLACE;

/// Bytes of one.
const BYTES: usize = PLACE;

/// Where a document lies, and what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Location {
    /// What it was stored as; `None` for one that is not understood any more.
    pub(crate) role: Option<Role>,
    pub(crate) block: Place,
    /// Where it begins in its block.
    pub(crate) at: u32,
}

impl Location {
    pub(crate) fn to_bytes(self) -> [u8; BYTES] {
        let mut bytes = [0; BYTES];
        let role = [self.role.map_or(0, Role::code)];
        let parts = [self.block.segment, self.block.offset, self.at].map(u32::to_le_bytes);
        for (slot, byte) in bytes.iter_mut().zip(role.into_iter().chain(parts.into_iter().flatten())) {
            *slot = byte;
        }
        bytes
    }

    /// Reads what was kept.
    pub(crate) fn known(bytes: &[u8]) -> Result<Self, StoreError> {
        let none = || StoreError::Row { what: "place of a document", reason: "it is none".to_owned() };
        Self::read(bytes).ok_or_else(none)
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let (role, rest) = bytes.split_first()?;
        let (parts, rest) = rest.as_chunks::<4>();
        let [segment, offset, at] = parts else { return None };
        let number = |part: &[u8; 4]| u32::from_le_bytes(*part);
        let block = Place { segment: number(segment), offset: number(offset) };
        rest.is_empty().then(|| Self { role: Role::of(*role), block, at: number(at) })
    }
}
