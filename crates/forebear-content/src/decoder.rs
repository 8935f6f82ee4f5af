//! Unpacking a stream, within bounds on memory that no stream can move.

use std::io::{self, BufRead, BufReader, Cursor, Read};

use bzip2::bufread::MultiBzDecoder;
use flate2::bufread::MultiGzDecoder;
use lzma_rust2::XzReader;

use crate::compression::{Compression, HEAD, is_tar};
use crate::error::{LayerError, NotRead};

/// Bytes that are read at a time.
pub(crate) const BUFFER: usize = 128 * 1024;

/// What an xz decoder may take, in KiB: a window of 64 MiB, which `xz -9` asks
/// for, and what it needs besides. zstd's own limit is a window of 128 MiB;
/// bzip2 needs 4 MiB at most, gzip 32 KiB.
const XZ_MEMORY: u32 = 65 * 1024;

/// A stream whose first bytes were looked at. What failed then is told when
/// reading has come there.
pub(crate) struct Peek<R> {
    head: Cursor<Vec<u8>>,
    failed: Option<io::Error>,
    pub(crate) stream: R,
}

pub(crate) type Peeked<R> = BufReader<Peek<R>>;

impl<R: Read> Read for Peek<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match (self.head.read(buffer)?, self.failed.take()) {
            (0, Some(error)) if !buffer.is_empty() => Err(error),
            (0, _) => self.stream.read(buffer),
            (read, failed) => {
                self.failed = failed;
                Ok(read)
            }
        }
    }
}

/// What a stream's first bytes show.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen {
    pub(crate) compression: Compression,
    pub(crate) is_tar: bool,
}

/// Looks at a stream's first bytes, however few come at a time.
pub(crate) fn peek<R: Read>(mut stream: R) -> (Seen, Peeked<R>) {
    let mut head = Vec::with_capacity(HEAD);
    let failed = stream.by_ref().take(HEAD as u64).read_to_end(&mut head).err();
    let seen = Seen { compression: Compression::of(&head), is_tar: is_tar(&head) };
    (seen, BufReader::with_capacity(BUFFER, Peek { head: Cursor::new(head), failed, stream }))
}

/// A stream behind whatever compression it turned out to have.
pub(crate) enum Decoder<R: BufRead> {
    Plain(R),
    Gzip(Box<MultiGzDecoder<R>>),
    Zstd(zstd::stream::read::Decoder<'static, R>),
    Xz(Box<XzReader<R>>),
    Bzip2(Box<MultiBzDecoder<R>>),
}

impl<R: BufRead> Decoder<R> {
    /// Of a compression that is not read, the stream as it is.
    pub(crate) fn new(stream: R, compression: Compression) -> io::Result<Self> {
        Ok(match compression {
            Compression::Gzip => Self::Gzip(Box::new(MultiGzDecoder::new(stream))),
            // The decoder refuses windows over 128 MiB, which bounds memory.
            Compression::Zstd => Self::Zstd(zstd::stream::read::Decoder::with_buffer(stream)?),
            Compression::Xz => Self::Xz(Box::new(XzReader::new_mem_limit(stream, true, XZ_MEMORY))),
            Compression::Bzip2 => Self::Bzip2(Box::new(MultiBzDecoder::new(stream))),
            Compression::None
            | Compression::Lz4
            | Compression::Lzip
            | Compression::Lzma
            | Compression::Lzop
            | Compression::Compress
            | Compression::Snappy => Self::Plain(stream),
        })
    }

    /// The stream below, wherever reading has come to.
    pub(crate) fn get_ref(&self) -> &R {
        match self {
            Self::Plain(stream) => stream,
            Self::Gzip(decoder) => decoder.get_ref(),
            Self::Zstd(decoder) => decoder.get_ref(),
            Self::Xz(decoder) => decoder.inner(),
            Self::Bzip2(decoder) => decoder.get_ref(),
        }
    }

    /// The stream below.
    pub(crate) fn into_inner(self) -> R {
        match self {
            Self::Plain(stream) => stream,
            Self::Gzip(decoder) => decoder.into_inner(),
            Self::Zstd(decoder) => decoder.finish(),
            Self::Xz(decoder) => decoder.into_inner(),
            Self::Bzip2(decoder) => decoder.into_inner(),
        }
    }

    /// Whether it failed because the stream asks for more memory than is given.
    pub(crate) fn wants_too_much(&self, error: &io::Error) -> bool {
        match self {
            Self::Xz(_) => error.kind() == io::ErrorKind::OutOfMemory,
            // What zstd calls its error `frameParameter_windowTooLarge`.
            Self::Zstd(_) => error.to_string() == "Frame requires too much memory for decoding",
            Self::Plain(_) | Self::Gzip(_) | Self::Bzip2(_) => false,
        }
    }
}

impl<R: BufRead> Read for Decoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.read(buffer),
            Self::Gzip(decoder) => decoder.read(buffer),
            Self::Zstd(decoder) => decoder.read(buffer),
            Self::Xz(decoder) => decoder.read(buffer),
            Self::Bzip2(decoder) => decoder.read(buffer),
        }
    }
}

/// Copies a stream to `target` through whatever compression it has; of what
/// comes out at most `limit` bytes and one. Returns how many.
///
/// # Errors
/// [`LayerError::NotRead`] for a compression that is not unpacked here,
/// [`LayerError::Source`] where either side fails or the compression is broken.
pub fn unpack(stream: impl Read, target: &mut impl io::Write, limit: u64) -> Result<u64, LayerError> {
    let (Seen { compression, .. }, stream) = peek(stream);
    if !compression.is_read() {
        return Err(LayerError::NotRead(NotRead::Packed(compression)));
    }
    let mut decoder = Decoder::new(stream, compression).map_err(LayerError::Source)?;
    match io::copy(&mut decoder.by_ref().take(limit.saturating_add(1)), target) {
        Ok(written) => Ok(written),
        Err(error) if decoder.wants_too_much(&error) => Err(LayerError::NotRead(NotRead::Window(compression))),
        Err(error) => Err(LayerError::Source(error)),
    }
}
