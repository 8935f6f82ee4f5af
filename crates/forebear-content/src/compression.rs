//! Compression by its first bytes: what a file or a media type says is a label.

use std::fmt;

use serde::Serialize;

/// How many of a stream's first bytes tell what it is: a tar's header.
pub const HEAD: usize = 512;

/// How bytes are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Compression {
    /// Not at all, or in no way that is known here.
    None,
    /// gzip (RFC 1952), one member or several.
    Gzip,
    /// Zstandard (RFC 8878), one frame or several.
    Zstd,
    /// xz, one stream or several. Docker and podman take such layers.
    Xz,
    /// bzip2, one stream or several. Docker and podman take such layers.
    Bzip2,
    /// LZ4 frames: recognised, not read.
    Lz4,
    /// lzip: recognised, not read.
    Lzip,
    /// LZMA alone, xz's predecessor: recognised, not read.
    Lzma,
    /// lzop: recognised, not read.
    Lzop,
    /// Unix `compress`: recognised, not read.
    Compress,
    /// Snappy frames: recognised, not read.
    Snappy,
}

impl Compression {
    /// Recognises a compression by its magic. [`HEAD`] bytes tell all; with
    /// fewer, a tar may pass for something else.
    ///
    /// Magics: RFC 1952, RFC 8878, xz-file-format 2.1.1.1, bzip2's `BZh` and
    /// the number that its first block begins with, LZ4 frame format, lzip
    /// manual, lzop's and Snappy's format descriptions.
    #[must_use]
    pub fn of(head: &[u8]) -> Self {
        match head {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Self::Zstd,
            // A zstd stream may begin with a skippable frame.
            [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Self::Zstd,
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Self::Xz,
            // A block, or none: an empty stream.
            [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, ..] => Self::Bzip2,
            [b'B', b'Z', b'h', b'1'..=b'9', 0x17, 0x72, 0x45, 0x38, 0x50, 0x90, ..] => Self::Bzip2,
            [0x89, b'L', b'Z', b'O', 0, 0x0d, 0x0a, ..] => Self::Lzop,
            [0xff, 6, 0, 0, b's', b'N', b'a', b'P', b'p', b'Y', ..] => Self::Snappy,
            // A file's name, which a tar begins with, may be any of these.
            head if is_tar(head) => Self::None,
            [0x04, 0x22, 0x4d, 0x18, ..] => Self::Lz4,
            [b'L', b'Z', b'I', b'P', 1, ..] => Self::Lzip,
            // Properties 3, 0, 2 and a window that is a power of two.
            [0x5d, 0, 0, _, _, ..] => Self::Lzma,
            [0x1f, 0x9d, ..] => Self::Compress,
            _ => Self::None,
        }
    }

    /// Whether it is unpacked here.
    #[must_use]
    pub fn is_read(self) -> bool {
        match self {
            Self::None | Self::Gzip | Self::Zstd | Self::Xz | Self::Bzip2 => true,
            Self::Lz4 | Self::Lzip | Self::Lzma | Self::Lzop | Self::Compress | Self::Snappy => false,
        }
    }
}

impl fmt::Display for Compression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "not compressed",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Xz => "xz",
            Self::Bzip2 => "bzip2",
            Self::Lz4 => "lz4",
            Self::Lzip => "lzip",
            Self::Lzma => "lzma",
            Self::Lzop => "lzop",
            Self::Compress => "compress",
            Self::Snappy => "snappy",
        })
    }
}

/// Whether these bytes begin with a header of a tar: its checksum is right.
#[must_use]
pub fn is_tar(head: &[u8]) -> bool {
    const CHECKSUM: std::ops::Range<usize> = 148..156;
    let Some(header) = head.get(..HEAD) else { return false };
    let stated: String = header.get(CHECKSUM).unwrap_or_default().iter().map(|byte| char::from(*byte)).collect();
    let stated = u32::from_str_radix(stated.trim_matches([' ', '\0']), 8);
    let counted = |(at, byte): (usize, &u8)| if CHECKSUM.contains(&at) { u32::from(b' ') } else { u32::from(*byte) };
    stated == Ok(header.iter().enumerate().map(counted).sum())
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
        check(b"\xfd7zXZ\0\0", Compression::Xz);
        check(b"BZh91AY&SY", Compression::Bzip2);
        check(b"BZh9\x17\x72\x45\x38\x50\x90", Compression::Bzip2);
        check(b"BZh9/some/file", Compression::None);
        check(&[4, 0x22, 0x4d, 0x18], Compression::Lz4);
        check(b"LZIP\x01", Compression::Lzip);
        check(&[0x5d, 0, 0, 0x80, 0], Compression::Lzma);
        check(b"etc/", Compression::None);
        check(b"", Compression::None);
        check(&[0x1f], Compression::None);
    }

    /// A tar's first bytes are a file's name, which may be anything.
    #[test]
    fn names_are_no_magic() {
        let mut header = tar::Header::new_gnu();
        header.as_old_mut().name[..5].copy_from_slice(b"LZIP\x01");
        header.set_size(0);
        header.set_cksum();
        assert!(is_tar(header.as_bytes()));
        assert_eq!(Compression::of(header.as_bytes()), Compression::None);
        assert!(!is_tar(&[0; HEAD]) && !is_tar(&[b'x'; HEAD]) && !is_tar(b""));
    }
}
