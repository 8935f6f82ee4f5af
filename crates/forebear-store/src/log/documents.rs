//! Documents in blocks: many small ones that are much alike are compressed
//! together, and one is found by its block and where it begins in it.

use forebear_image::Digest;

use crate::error::StoreError;

/// A block is full at so many bytes: what reading one document costs.
pub(crate) const BLOCK: usize = 64 << 10;

/// What a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Role {
    /// A manifest of whatever kind.
    Manifest,
    /// An image config.
    Config,
    /// What an attestation's manifest refers to.
    Statement,
    /// The manifest of an attestation, whatever its statement says.
    Attestation,
}

impl Role {
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Manifest => 1,
            Self::Config => 2,
            Self::Statement => 3,
            Self::Attestation => 4,
        }
    }

    pub(crate) fn of(code: u8) -> Option<Self> {
        Some(match code {
            1 => Self::Manifest,
            2 => Self::Config,
            3 => Self::Statement,
            4 => Self::Attestation,
            _ => return None,
        })
    }
}

/// A document in a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Document<'a> {
    pub(crate) role: Role,
    pub(crate) digest: Digest,
    pub(crate) bytes: &'a [u8],
    /// Where it begins in its block.
    pub(crate) at: u32,
    /// Where the next one would.
    end: u32,
}

/// Adds a document to a block; returns where it begins.
pub(crate) fn add(block: &mut Vec<u8>, role: Role, digest: &Digest, bytes: &[u8]) -> Result<u32, StoreError> {
    let long = || StoreError::Row { what: "document", reason: format!("{digest} is too long to be kept") };
    let at = u32::try_from(block.len()).map_err(|_| long())?;
    let length = u32::try_from(bytes.len()).map_err(|_| long())?;
    block.push(role.code());
    block.push(u8::from(matches!(digest, Digest::Sha512(_))));
    block.extend_from_slice(digest.as_bytes());
    block.extend_from_slice(&length.to_le_bytes());
    block.extend_from_slice(bytes);
    Ok(at)
}

/// The document that begins at `at`; `None` where none does.
pub(crate) fn at(block: &[u8], at: u32) -> Option<Document<'_>> {
    let whole = block.get(at as usize..)?;
    let (role, rest) = whole.split_first()?;
    let (algorithm, rest) = rest.split_first()?;
    let (digest, rest) = match algorithm {
        0 => rest.split_first_chunk::<32>().map(|(digest, rest)| (Digest::Sha256(*digest), rest))?,
        1 => rest.split_first_chunk::<64>().map(|(digest, rest)| (Digest::Sha512(*digest), rest))?,
        _ => return None,
    };
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let (bytes, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    let end = at.checked_add(u32::try_from(whole.len() - rest.len()).ok()?)?;
    Some(Document { role: Role::of(*role)?, digest, bytes, at, end })
}

/// The documents of a block, in order; an error for bytes that are none.
pub(crate) fn all(block: &[u8]) -> impl Iterator<Item = Result<Document<'_>, StoreError>> {
    let mut next = Some(0).filter(|_| !block.is_empty());
    std::iter::from_fn(move || {
        let found = at(block, next?);
        next = found.map(|document| document.end).filter(|end| (*end as usize) < block.len());
        Some(found.ok_or_else(|| StoreError::Row { what: "document", reason: "its block is no block".to_owned() }))
    })
}
