//! Layers: small, real tar archives, compressed, with true digests.

use bytes::Bytes;
use forebear_image::{BlobDigest, DiffId, Digest};

use crate::sure::Sure as _;

/// Docker's gzip of the empty tar, the blob `sha256:a3ed95ca…` that so many
/// old manifests list (distribution `manifest/schema1/config_builder.go`).
const DOCKER_EMPTY_GZIP: [u8; 32] = [
    31, 139, 8, 0, 0, 9, 110, 136, 0, 255, 98, 24, 5, 163, 96, 20, 140, 88, 0, 8, 0, 0, 255, 255, 46, 175, 181, 239, 0,
    4, 0, 0,
];

/// How a layer's tar is stored in the registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Compression {
    /// gzip at a level from 0 to 9. Builders use 6.
    Gzip(u8),
    /// Zstandard.
    Zstd,
    /// The bare tar.
    None,
}

/// What is inside a layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LayerContent {
    /// One small file made from this text: equal texts, equal layers.
    Seed(String),
    /// These files, by path.
    Files(Vec<(String, Vec<u8>)>),
    /// Nothing: the empty tar, `sha256:5f70bf18…`.
    Empty,
    /// Digests made from this text and no bytes at all: a registry answers
    /// 404 for the blob, as one does that lost it.
    Absent(String),
}

/// One layer, with both of its digests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// Digest of the blob as stored.
    pub digest: BlobDigest,
    /// Digest of the uncompressed tar.
    pub diff_id: DiffId,
    /// Size of the blob.
    pub size: u64,
    /// The blob; `None` for [`LayerContent::Absent`].
    pub blob: Option<Bytes>,
    /// The uncompressed tar; `None` for [`LayerContent::Absent`].
    pub tar: Option<Bytes>,
    /// How the blob is compressed.
    pub compression: Compression,
    /// A media type other than the one the format and compression call for,
    /// such as a foreign layer's.
    pub media_type: Option<String>,
}

impl Layer {
    /// Makes the layer.
    #[must_use]
    pub fn new(content: &LayerContent, compression: Compression) -> Self {
        match content {
            LayerContent::Seed(seed) => Self::from_tar(tar_of(&[seeded_file(seed)]), compression),
            LayerContent::Files(files) => Self::from_tar(tar_of(files), compression),
            LayerContent::Empty => Self::from_tar(vec![0; 1024], compression),
            LayerContent::Absent(seed) => Self {
                digest: absent_digest(&format!("{seed} diff"), compression),
                diff_id: DiffId::of(format!("{seed} diff").as_bytes()),
                size: 1_000 + u64::from(Digest::sha256(seed.as_bytes()).as_bytes().first().copied().unwrap_or(0)) * 997,
                blob: None,
                tar: None,
                compression,
                media_type: None,
            },
        }
    }

    /// A layer around an existing uncompressed tar.
    #[must_use]
    pub fn from_tar(tar: Vec<u8>, compression: Compression) -> Self {
        let blob = Bytes::from(compress(&tar, compression));
        Self {
            digest: BlobDigest::of(&blob),
            diff_id: DiffId::of(&tar),
            size: blob.len() as u64,
            blob: Some(blob),
            tar: Some(tar.into()),
            compression,
            media_type: None,
        }
    }

    /// A blob that is no tar at all, such as an in-toto statement.
    #[must_use]
    pub fn opaque(bytes: Vec<u8>, media_type: &str) -> Self {
        Self { media_type: Some(media_type.to_owned()), ..Self::from_tar(bytes, Compression::None) }
    }

    /// The same tar under another compression: another blob digest, the same
    /// diff_id.
    #[must_use]
    pub fn recompressed(&self, compression: Compression) -> Self {
        let again = match &self.tar {
            Some(tar) => Self::from_tar(tar.to_vec(), compression),
            None => Self { digest: absent_digest(&self.diff_id.to_string(), compression), compression, ..self.clone() },
        };
        Self { media_type: self.media_type.clone(), ..again }
    }

    /// The same layer under another media type.
    #[must_use]
    pub fn with_media_type(mut self, media_type: &str) -> Self {
        self.media_type = Some(media_type.to_owned());
        self
    }
}

fn absent_digest(seed: &str, compression: Compression) -> BlobDigest {
    BlobDigest::of(format!("{seed} {compression:?}").as_bytes())
}

/// A file of a few hundred bytes whose name and text come from the seed.
fn seeded_file(seed: &str) -> (String, Vec<u8>) {
    let mut word = Digest::sha256(seed.as_bytes());
    let name = format!("usr/share/forebear/{}", word.short());
    let mut text = format!("{seed}\n");
    for _ in 0..6 {
        text.push_str(&word.hex());
        text.push('\n');
        word = Digest::sha256(word.as_bytes());
    }
    (name, text.into_bytes())
}

fn tar_of(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (path, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_mode(0o644);
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(1_700_000_000);
        header.set_size(bytes.len() as u64);
        tar.append_data(&mut header, path, bytes.as_slice()).sure("adding a file to a layer");
    }
    tar.into_inner().sure("finishing a layer's tar")
}

fn compress(tar: &[u8], compression: Compression) -> Vec<u8> {
    match compression {
        Compression::None => tar.to_vec(),
        Compression::Zstd => zstd::encode_all(tar, 3).sure("compressing a layer"),
        Compression::Gzip(6) if tar.len() == 1024 && tar.iter().all(|byte| *byte == 0) => DOCKER_EMPTY_GZIP.to_vec(),
        Compression::Gzip(level) => gzip(tar, level),
    }
}

/// gzip (RFC 1952) by one deflate alone: what flate2 writes depends on the
/// backend it was built with, and the digests of a test's layers must not.
fn gzip(bytes: &[u8], level: u8) -> Vec<u8> {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    let strength = match level {
        9.. => 2,
        0 | 1 => 4,
        _ => 0,
    };
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, strength, 255];
    out.extend(miniz_oxide::deflate::compress_to_vec(bytes, level));
    out.extend(crc.sum().to_le_bytes());
    out.extend(crc.amount().to_le_bytes());
    out
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    fn unzip(blob: &[u8], compression: Compression) -> Vec<u8> {
        match compression {
            Compression::None => blob.to_vec(),
            Compression::Zstd => zstd::decode_all(blob).unwrap(),
            Compression::Gzip(_) => {
                let mut tar = Vec::new();
                flate2::read::GzDecoder::new(blob).read_to_end(&mut tar).unwrap();
                tar
            }
        }
    }

    #[test]
    fn both_digests_are_true_under_every_compression() {
        let forms =
            [Compression::Gzip(6), Compression::Gzip(9), Compression::Gzip(1), Compression::Zstd, Compression::None];
        let mut seen = std::collections::BTreeSet::new();
        for compression in forms {
            let layer = Layer::new(&LayerContent::Seed("x".into()), compression);
            let blob = layer.blob.clone().unwrap();
            assert!(layer.digest.0.matches(&blob));
            assert!(layer.diff_id.0.matches(&unzip(&blob, compression)), "{compression:?}");
            assert_eq!(layer.size, blob.len() as u64);
            assert!(seen.insert(layer.digest), "{compression:?} gives the blob of another");
            assert_eq!(layer, Layer::new(&LayerContent::Seed("y".into()), compression).clone_of("x"));
        }
    }

    impl Layer {
        fn clone_of(&self, seed: &str) -> Self {
            Self::new(&LayerContent::Seed(seed.into()), self.compression)
        }
    }

    #[test]
    fn the_empty_layer_is_dockers() {
        let layer = Layer::new(&LayerContent::Empty, Compression::Gzip(6));
        let (blob, tar) = (layer.digest.to_string(), layer.diff_id.to_string());
        assert_eq!(blob, "sha256:a3ed95caeb02ffe68cdd9fd84406680ae93d633cb16422d00e8a7c22955b46d4");
        assert_eq!(tar, "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef");
        assert_eq!(unzip(&layer.blob.unwrap(), Compression::Gzip(6)), vec![0; 1024]);
    }

    #[test]
    fn an_absent_layer_recompresses_too() {
        let layer = Layer::new(&LayerContent::Absent("gone".into()), Compression::Gzip(6));
        let again = layer.recompressed(Compression::Zstd);
        assert_eq!(layer.diff_id, again.diff_id);
        assert_ne!(layer.digest, again.digest);
        assert_eq!(layer.blob, None);
    }
}
