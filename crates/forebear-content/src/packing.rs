//! What a media type says of how a layer is packed.

use forebear_image::media_type;

/// What a media type says of how a layer is packed. The bytes decide; the label
/// counts where they show nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Packing {
    /// In a way that is read, or nothing is said.
    #[default]
    Readable,
    /// Encrypted (ocicrypt): its bytes show nothing.
    Encrypted,
    /// In a way that is unknown here.
    Unknown,
}

impl Packing {
    /// By a layer's media type: `…tar+gzip`, `…tar.gzip`, `…tar+gzip+encrypted`.
    #[must_use]
    pub fn of(media_type: &str) -> Self {
        if media_type::is_encrypted(media_type) {
            return Self::Encrypted;
        }
        match media_type::suffix(media_type) {
            None | Some("gzip" | "gz" | "zstd" | "xz" | "bzip2" | "bz2") => Self::Readable,
            Some(_) => Self::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels() {
        #[track_caller]
        fn check(media_type: &str, expected: Packing) {
            assert_eq!(Packing::of(media_type), expected, "{media_type}");
        }
        check("", Packing::Readable);
        check("application/octet-stream", Packing::Readable);
        check("application/vnd.oci.image.layer.v1.tar", Packing::Readable);
        check("application/vnd.oci.image.layer.v1.tar+gzip", Packing::Readable);
        check("application/vnd.docker.image.rootfs.diff.tar.gzip", Packing::Readable);
        check("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", Packing::Readable);
        check("application/vnd.oci.image.layer.v1.tar+xz", Packing::Readable);
        check("application/vnd.oci.image.layer.v1.tar+encrypted", Packing::Encrypted);
        check("application/vnd.oci.image.layer.v1.tar+gzip+encrypted", Packing::Encrypted);
        check("application/vnd.oci.image.layer.v1.tar+br", Packing::Unknown);
        check("application/vnd.erofs.layer.v1", Packing::Unknown);
    }
}
