//! Payloads: compressed, with the length of what they hold.

use std::cell::RefCell;

use zstd::bulk::{Compressor, Decompressor};

use super::frame::MAX_PAYLOAD;
use crate::error::StoreError;

/// How hard a block is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    /// Fast, and a third of what JSON weighs.
    Fast,
    /// Slower and smaller, for what is written once and stays.
    Tight,
}

impl Level {
    fn of_zstd(self) -> i32 {
        match self {
            Self::Fast => 3,
            Self::Tight => 12,
        }
    }
}

thread_local! {
    /// Making one costs more than compressing a block with it.
    static PACKER: RefCell<Option<(Compressor<'static>, Decompressor<'static>)>> = const { RefCell::new(None) };
}

fn with<T>(
    work: impl FnOnce(&mut Compressor<'static>, &mut Decompressor<'static>) -> std::io::Result<T>,
) -> std::io::Result<T> {
    PACKER.with_borrow_mut(|kept| {
        let (compressor, decompressor) = match kept {
            Some(both) => both,
            None => kept.insert((Compressor::new(Level::Fast.of_zstd())?, Decompressor::new()?)),
        };
        work(compressor, decompressor)
    })
}

/// A block as a payload.
pub(super) fn pack(block: &[u8], level: Level) -> Result<Vec<u8>, StoreError> {
    let long = || StoreError::Row { what: "record of the log", reason: "it is too long".to_owned() };
    let length = u32::try_from(block.len()).ok().filter(|_| block.len() <= MAX_PAYLOAD).ok_or_else(long)?;
    let mut payload = length.to_le_bytes().to_vec();
    payload.extend(with(|compressor, _| {
        compressor.set_compression_level(level.of_zstd())?;
        compressor.compress(block)
    })?);
    Ok(payload)
}

/// The block in a payload. What it says of its length is believed: it was checked
/// against the sum that it was written with.
pub(super) fn unpack(payload: &[u8]) -> Result<Vec<u8>, StoreError> {
    let bad = |reason: String| StoreError::Row { what: "record of the log", reason };
    let (length, packed) = payload.split_first_chunk::<4>().ok_or_else(|| bad("it is cut off".to_owned()))?;
    let length = u32::from_le_bytes(*length) as usize;
    if length > MAX_PAYLOAD {
        return Err(bad("it is too long".to_owned()));
    }
    with(|_, decompressor| decompressor.decompress(packed, length)).map_err(|error| bad(error.to_string()))
}
