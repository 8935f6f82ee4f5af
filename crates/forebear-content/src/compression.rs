//! Compression by its first bytes: what a file or a media type says is a label.

use std::fmt;
use std::io::{BufRead, BufReader, Read};

use serde::Serialize;

/// Bytes that are read at a time.
pub(crate) const BUFFER: usize = 128 * 1024;

/// How bytes are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Compression {
    /// Not at all.
    None,
    /// gzip (RFC 1952), one member or several.
    Gzip,
    /// Zstandard (RFC 8878), one frame or several.
    Zstd,
}

impl Compression {
    /// Recognises gzip and zstd by their magic.
    #[must_use]
    pub fn of(head: &[u8]) -> Self {
        match head {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Self::Zstd,
            // A zstd stream may begin with a skippable frame.
            [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Self::Zstd,
            _ => Self::None,
        }
    }
}

impl fmt::Display for Compression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "not compressed",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        })
    }
}

/// A stream behind whatever compression it turned out to have.
pub(crate) enum Decoder<R: BufRead> {
    Plain(R),
    Gzip(Box<flate2::bufread::MultiGzDecoder<R>>),
    Zstd(zstd::stream::read::Decoder<'static, R>),
}

impl<R: BufRead> Decoder<R> {
    pub(crate) fn new(mut stream: R) -> std::io::Result<Self> {
        Ok(match Compression::of(stream.fill_buf()?) {
            Compression::None => Self::Plain(stream),
            Compression::Gzip => Self::Gzip(Box::new(flate2::bufread::MultiGzDecoder::new(stream))),
            // The decoder refuses windows over 128 MiB, which bounds memory.
            Compression::Zstd => Self::Zstd(zstd::stream::read::Decoder::with_buffer(stream)?),
        })
    }

    pub(crate) fn compression(&self) -> Compression {
        match self {
            Self::Plain(_) => Compression::None,
            Self::Gzip(_) => Compression::Gzip,
            Self::Zstd(_) => Compression::Zstd,
        }
    }

    /// The stream, wherever reading has come to.
    pub(crate) fn into_inner(self) -> R {
        match self {
            Self::Plain(stream) => stream,
            Self::Gzip(decoder) => decoder.into_inner(),
            Self::Zstd(decoder) => decoder.finish(),
        }
    }
}

impl<R: BufRead> Read for Decoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.read(buffer),
            Self::Gzip(decoder) => decoder.read(buffer),
            Self::Zstd(decoder) => decoder.read(buffer),
        }
    }
}

/// Reads through whatever compression a stream has.
///
/// # Errors
/// When its first bytes cannot be read.
pub fn decompressed<'a>(stream: impl Read + 'a) -> std::io::Result<Box<dyn Read + 'a>> {
    let decoder = Decoder::new(BufReader::with_capacity(BUFFER, stream))?;
    Ok(Box::new(decoder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_do_not_count() {
        #[track_caller]
        fn check(head: &[u8], expected: Compression) {
            assert_eq!(Compression::of(head), expected);
        }
        check(&[0x1f, 0x8b, 8], Compression::Gzip);
        check(&[0x28, 0xb5, 0x2f, 0xfd], Compression::Zstd);
        check(&[0x5a, 0x2a, 0x4d, 0x18, 0], Compression::Zstd);
        check(b"etc/", Compression::None);
        check(b"", Compression::None);
        check(&[0x1f], Compression::None);
    }
}
