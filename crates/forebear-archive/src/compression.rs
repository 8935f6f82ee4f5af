//! Compression by its first bytes: what a file or a media type says is a label.

use std::io::{BufRead, BufReader, Read};

/// How bytes are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compression {
    None,
    Gzip,
    Zstd,
}

impl Compression {
    /// Recognises gzip and zstd by their magic.
    pub(crate) fn of(head: &[u8]) -> Self {
        match head {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Self::Zstd,
            // A zstd stream may begin with a skippable frame.
            [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Self::Zstd,
            _ => Self::None,
        }
    }
}

/// Reads through whatever compression a stream has.
pub(crate) fn decompressed<'a>(stream: impl Read + 'a) -> std::io::Result<Box<dyn Read + 'a>> {
    let mut stream = BufReader::with_capacity(64 * 1024, stream);
    let head = stream.fill_buf()?;
    Ok(match Compression::of(head) {
        Compression::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(stream)),
        Compression::Zstd => Box::new(zstd::stream::read::Decoder::with_buffer(stream)?),
        Compression::None => Box::new(stream),
    })
}
