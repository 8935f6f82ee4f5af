//! A layer's tar, decompressed as it is read, with both of its digests.

use std::io::Read;

use forebear_image::{DiffId, Digest};

use crate::compression::Compression;
use crate::decoder::{BUFFER, Decoder, Peeked, peek};
use crate::error::{LayerError, NotRead};
use crate::hashing::{Hasher, Hashing};
use crate::packing::Packing;

/// The most bytes that a layer is unpacked to: 1 TiB. A compression bomb ends
/// here, in time; memory it does not take.
pub const MAX_UNPACKED: u64 = 1 << 40;

/// A layer's uncompressed bytes.
pub struct Unpacked<R: Read> {
    decoder: Decoder<Peeked<Hashing<R>>>,
    compression: Compression,
    /// Why its bytes are passed over as they are.
    sealed: Option<NotRead>,
    tar_hash: Option<Hasher>,
    count: u64,
    broken: bool,
}

/// What a layer turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sums {
    /// Digest of the bytes as they came.
    pub blob: Digest,
    /// How many came; one more than the limit where there were more.
    pub size: u64,
    /// How they were compressed.
    pub compression: Compression,
    /// Digest of the uncompressed bytes; `None` where that was not asked for
    /// or decompression failed.
    pub diff_id: Option<DiffId>,
    /// How many uncompressed bytes there were.
    pub unpacked: u64,
}

/// What is to be computed of a layer, and how much of it is read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    /// The digest whose algorithm the blob is hashed by.
    pub(crate) blob: Option<Digest>,
    /// The same of the tar; `None`: it is not hashed.
    pub(crate) tar: Option<Option<Digest>>,
    /// The most bytes of the blob.
    pub(crate) size: u64,
    /// What its media type says of how it is packed.
    pub(crate) packing: Packing,
}

impl<R: Read> Unpacked<R> {
    /// Begins to read a layer, whatever its compression.
    ///
    /// # Errors
    /// [`LayerError::Source`] when its first bytes cannot be read.
    pub(crate) fn new(stream: R, wanted: Wanted) -> Result<Self, LayerError> {
        let raw = Hashing::new(stream, Hasher::like(wanted.blob.as_ref()), wanted.size);
        let (seen, stream) = peek(raw);
        let sealed = sealed(wanted.packing, seen.compression, seen.is_tar);
        let compression = if sealed == Some(NotRead::Encrypted) { Compression::None } else { seen.compression };
        let decoder = Decoder::new(stream, compression).map_err(LayerError::Source)?;
        let tar_hash = wanted.tar.map(|expected| Hasher::like(expected.as_ref()));
        Ok(Self { decoder, compression, sealed, tar_hash, count: 0, broken: false })
    }

    /// Uncompressed bytes read so far.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// Reads on; 0 is the end.
    pub(crate) fn read(&mut self, buffer: &mut [u8]) -> Result<usize, LayerError> {
        if self.broken {
            return Ok(0);
        }
        if let Some(why) = self.sealed {
            self.broken = true;
            return Err(LayerError::NotRead(why));
        }
        let read = loop {
            match self.decoder.read(buffer) {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        match read {
            Ok(read) => {
                self.count += read as u64;
                if self.count > MAX_UNPACKED {
                    self.broken = true;
                    return Err(LayerError::TooLarge { limit: MAX_UNPACKED, unit: "uncompressed bytes" });
                }
                if let Some(hash) = &mut self.tar_hash {
                    hash.update(buffer.get(..read).unwrap_or_default());
                }
                Ok(read)
            }
            Err(error) => {
                self.broken = true;
                Err(self.explain(error))
            }
        }
    }

    /// Whether it was the stream or what came out of it.
    fn explain(&self, error: std::io::Error) -> LayerError {
        if self.decoder.get_ref().get_ref().stream.failed {
            return LayerError::Source(error);
        }
        if self.decoder.wants_too_much(&error) {
            return LayerError::NotRead(NotRead::Window(self.compression));
        }
        let reason = match error.kind() {
            std::io::ErrorKind::UnexpectedEof => "it is cut off".to_owned(),
            _ => error.to_string(),
        };
        LayerError::Compression { at: self.count, reason }
    }

    /// Reads whatever is left and gives both digests.
    ///
    /// # Errors
    /// [`LayerError::Source`]: without all bytes there is no digest. What is
    /// wrong with the bytes themselves shows in [`Sums`].
    pub(crate) fn finish(mut self) -> Result<(Sums, Option<LayerError>), LayerError> {
        let mut buffer = vec![0; BUFFER];
        let mut flaw = None;
        loop {
            match self.read(&mut buffer) {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) if error.is_source() => return Err(error),
                Err(error) => flaw = Some(error),
            }
        }
        let (compression, unpacked, broken) = (self.compression, self.count, self.broken);
        let mut raw = self.decoder.into_inner();
        // Behind broken compression there are still bytes that belong to the blob.
        while std::io::Read::read(&mut raw, &mut buffer).map_err(LayerError::Source)? > 0 {}
        let raw = raw.into_inner().stream;
        let diff_id = self.tar_hash.filter(|_| !broken).map(|hash| DiffId(hash.finish()));
        let sums = Sums { blob: raw.hasher.finish(), size: raw.count, compression, diff_id, unpacked };
        Ok((sums, flaw))
    }
}

/// Why the bytes of a layer cannot be read as a tar, if they cannot.
fn sealed(packing: Packing, compression: Compression, is_tar: bool) -> Option<NotRead> {
    match (packing, compression) {
        (Packing::Encrypted, _) if !is_tar => Some(NotRead::Encrypted),
        (_, compression) if !compression.is_read() => Some(NotRead::Packed(compression)),
        (Packing::Unknown, Compression::None) if !is_tar => Some(NotRead::Unknown),
        (Packing::Readable | Packing::Encrypted | Packing::Unknown, _) => None,
    }
}
