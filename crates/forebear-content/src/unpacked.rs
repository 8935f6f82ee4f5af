//! A layer's tar, decompressed as it is read, with both of its digests.

use std::io::{BufReader, Read};

use forebear_image::{DiffId, Digest};

use crate::compression::{BUFFER, Compression, Decoder};
use crate::error::LayerError;
use crate::hashing::{Hasher, Hashing};

/// The most bytes that a layer is unpacked to: 1 TiB. A compression bomb ends
/// here, in time; memory it does not take.
pub const MAX_UNPACKED: u64 = 1 << 40;

type Raw<R> = BufReader<Hashing<R>>;

/// A layer's uncompressed bytes.
pub struct Unpacked<R: Read> {
    decoder: Decoder<Raw<R>>,
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
}

impl<R: Read> Unpacked<R> {
    /// Begins to read a layer, whatever its compression.
    ///
    /// # Errors
    /// [`LayerError::Source`] when its first bytes cannot be read.
    pub(crate) fn new(stream: R, wanted: Wanted) -> Result<Self, LayerError> {
        let raw = Hashing::new(stream, Hasher::like(wanted.blob.as_ref()), wanted.size);
        let decoder = Decoder::new(BufReader::with_capacity(BUFFER, raw)).map_err(LayerError::Source)?;
        let tar_hash = wanted.tar.map(|expected| Hasher::like(expected.as_ref()));
        Ok(Self { decoder, tar_hash, count: 0, broken: false })
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
        if self.raw().failed {
            return LayerError::Source(error);
        }
        let reason = match error.kind() {
            std::io::ErrorKind::UnexpectedEof => "it is cut off".to_owned(),
            _ => error.to_string(),
        };
        LayerError::Compression { at: self.count, reason }
    }

    fn raw(&self) -> &Hashing<R> {
        match &self.decoder {
            Decoder::Plain(stream) => stream.get_ref(),
            Decoder::Gzip(decoder) => decoder.get_ref().get_ref(),
            Decoder::Zstd(decoder) => decoder.get_ref().get_ref(),
        }
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
        let (compression, unpacked, broken) = (self.decoder.compression(), self.count, self.broken);
        let mut raw = self.decoder.into_inner();
        // Behind broken compression there are still bytes that belong to the blob.
        while std::io::Read::read(&mut raw, &mut buffer).map_err(LayerError::Source)? > 0 {}
        let raw = raw.into_inner();
        let diff_id = self.tar_hash.filter(|_| !broken).map(|hash| DiffId(hash.finish()));
        let sums = Sums { blob: raw.hasher.finish(), size: raw.count, compression, diff_id, unpacked };
        Ok((sums, flaw))
    }
}
