//! Content digests, one type per thing a digest can name.
//!
//! A layer has two digests: the [`BlobDigest`] of its compressed blob, which a
//! manifest lists, and the [`DiffId`] of its tar, which a config lists. Mixing
//! them is the classic mistake, so they are different types and only an
//! explicit [`Digest`] crosses between them.
//!
//! Grammar: image-spec `descriptor.md#digests`. Only the registered algorithms
//! sha256 and sha512 are accepted.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest as _, Sha256, Sha512};

/// A digest of something: algorithm and bytes.
///
/// Text form is `sha256:<64 hex>` or `sha512:<128 hex>`, always lower case.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Digest {
    /// SHA-256, in practice the only one seen.
    Sha256([u8; 32]),
    /// SHA-512, allowed by the image spec.
    Sha512([u8; 64]),
}

/// Why a text is not a digest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' is not a digest: {reason}")]
pub struct DigestError {
    text: String,
    reason: &'static str,
}

impl Digest {
    /// The 32 bytes that stand for this digest in rows and tables: a SHA-256
    /// itself, the SHA-256 of any other digest's text.
    #[must_use]
    pub fn key(&self) -> [u8; 32] {
        match self {
            Self::Sha256(bytes) => *bytes,
            Self::Sha512(_) => Sha256::digest(self.to_string().as_bytes()).into(),
        }
    }

    /// The SHA-256 of `bytes`.
    #[must_use]
    pub fn sha256(bytes: &[u8]) -> Self {
        Self::Sha256(Sha256::digest(bytes).into())
    }

    /// Hashes `bytes` with this digest's own algorithm and compares.
    #[must_use]
    pub fn matches(&self, bytes: &[u8]) -> bool {
        match self {
            Self::Sha256(own) => Sha256::digest(bytes).as_slice() == own,
            Self::Sha512(own) => Sha512::digest(bytes).as_slice() == own,
        }
    }

    /// `sha256` or `sha512`.
    #[must_use]
    pub fn algorithm(&self) -> &'static str {
        match self {
            Self::Sha256(_) => "sha256",
            Self::Sha512(_) => "sha512",
        }
    }

    /// The raw bytes of the hash, 32 or 64 of them.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Sha256(bytes) => bytes,
            Self::Sha512(bytes) => bytes,
        }
    }

    /// The hash in hex, without the algorithm.
    #[must_use]
    pub fn hex(&self) -> String {
        hex::encode(self.as_bytes())
    }

    /// The first twelve hex digits, for people.
    #[must_use]
    pub fn short(&self) -> String {
        self.hex().chars().take(12).collect()
    }
}

impl FromStr for Digest {
    type Err = DigestError;

    fn from_str(text: &str) -> Result<Self, DigestError> {
        let fail = |reason| Err(DigestError { text: text.chars().take(150).collect(), reason });
        let Some((algorithm, encoded)) = text.split_once(':') else {
            return fail("it has no algorithm, as in sha256:<64 hex digits>");
        };
        if encoded.bytes().any(|b| b.is_ascii_uppercase()) {
            return fail("hex digits must be lower case");
        }
        match algorithm {
            "sha256" => {
                let mut bytes = [0; 32];
                match hex::decode_to_slice(encoded, &mut bytes) {
                    Ok(()) => Ok(Self::Sha256(bytes)),
                    Err(_) => fail("sha256 takes 64 hex digits"),
                }
            }
            "sha512" => {
                let mut bytes = [0; 64];
                match hex::decode_to_slice(encoded, &mut bytes) {
                    Ok(()) => Ok(Self::Sha512(bytes)),
                    Err(_) => fail("sha512 takes 128 hex digits"),
                }
            }
            _ => fail("the algorithm is neither sha256 nor sha512"),
        }
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut buffer = [0; 128];
        let bytes = self.as_bytes();
        let digits = buffer.get_mut(..bytes.len() * 2).ok_or(fmt::Error)?;
        hex::encode_to_slice(bytes, digits).map_err(|_| fmt::Error)?;
        f.write_str(self.algorithm())?;
        f.write_str(":")?;
        f.write_str(std::str::from_utf8(digits).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

// JSON gets the text form. Compact formats get one byte of algorithm and the
// raw hash: a store of millions of layers should not spend twice the bytes on
// hex.
impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            let mut raw = Vec::with_capacity(65);
            raw.push(u8::from(matches!(self, Self::Sha512(_))));
            raw.extend_from_slice(self.as_bytes());
            serializer.serialize_bytes(&raw)
        }
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Digest;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a digest such as sha256:<64 hex digits>")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Digest, E> {
                text.parse().map_err(E::custom)
            }

            fn visit_bytes<E: serde::de::Error>(self, raw: &[u8]) -> Result<Digest, E> {
                let parsed = match raw.split_first() {
                    Some((0, hash)) => hash.try_into().map(Digest::Sha256).ok(),
                    Some((1, hash)) => hash.try_into().map(Digest::Sha512).ok(),
                    _ => None,
                };
                parsed.ok_or_else(|| E::custom("not a packed digest"))
            }
        }
        if deserializer.is_human_readable() {
            deserializer.deserialize_str(Visitor)
        } else {
            deserializer.deserialize_bytes(Visitor)
        }
    }
}

macro_rules! digest_of {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Digest);

        impl $name {
            /// The digest of these exact bytes.
            #[must_use]
            pub fn of(bytes: &[u8]) -> Self {
                Self(Digest::sha256(bytes))
            }
        }

        impl FromStr for $name {
            type Err = DigestError;
            fn from_str(text: &str) -> Result<Self, DigestError> {
                text.parse().map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }
    };
}

digest_of! {
    /// Digest of a layer blob as a registry stores it, compressed or not.
    BlobDigest
}
digest_of! {
    /// Digest of a layer's uncompressed tar, from a config's `rootfs.diff_ids`.
    DiffId
}
digest_of! {
    /// Digest of an image config: the image's identity ("image ID").
    ConfigDigest
}
digest_of! {
    /// Digest of a manifest or an index, as a registry addresses it.
    ManifestDigest
}
digest_of! {
    /// OCI chain ID: identifies an ordered prefix of layers
    /// (image-spec `config.md#layer-chainid`).
    ChainId
}

impl ChainId {
    /// The chain ID of a single layer is its diff_id.
    #[must_use]
    pub fn bottom(layer: DiffId) -> Self {
        Self(layer.0)
    }

    /// The chain ID after putting `layer` on top:
    /// `Digest(ChainID + " " + DiffID)`.
    #[must_use]
    pub fn push(self, layer: DiffId) -> Self {
        Self::of(format!("{self} {layer}").as_bytes())
    }

    /// The chain ID of a whole stack, bottom first; `None` for no layers.
    pub fn of_layers(layers: impl IntoIterator<Item = DiffId>) -> Option<Self> {
        layers.into_iter().fold(None, |below, layer| Some(below.map_or(Self::bottom(layer), |chain| chain.push(layer))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    #[test]
    fn text_forms() {
        #[track_caller]
        fn check(text: &str, expected: Result<(), &str>) {
            match (text.parse::<Digest>(), expected) {
                (Ok(digest), Ok(())) => assert_eq!(digest.to_string(), text),
                (Err(error), Err(part)) => assert!(error.to_string().contains(part), "{error}"),
                (got, _) => panic!("{text}: {got:?}, expected {expected:?}"),
            }
        }
        check(EMPTY, Ok(()));
        check(&format!("sha512:{}", "0f".repeat(64)), Ok(()));
        check(&EMPTY.to_uppercase(), Err("lower case"));
        check("sha256:12", Err("64 hex"));
        check("sha256:", Err("64 hex"));
        check("md5:d41d8cd98f00b204e9800998ecf8427e", Err("neither"));
        check("e3b0c442", Err("no algorithm"));
        check(&format!("sha256:{}é", "0".repeat(62)), Err("64 hex"));
    }

    #[test]
    fn hashes_and_matches() {
        assert_eq!(Digest::sha256(b"").to_string(), EMPTY);
        assert!(Digest::sha256(b"x").matches(b"x"));
        assert!(!Digest::sha256(b"x").matches(b"y"));
        let sha512 = Digest::Sha512(Sha512::digest(b"x").into());
        assert!(sha512.matches(b"x"));
    }

    /// The example of image-spec `config.md#layer-chainid`: the rule itself,
    /// spelled out by hand.
    #[test]
    fn chain_id() {
        let a = DiffId::of(b"a");
        let b = DiffId::of(b"b");
        assert_eq!(ChainId::of_layers([]), None);
        assert_eq!(ChainId::of_layers([a]).map(|c| c.0), Some(a.0));
        let by_hand = Digest::sha256(format!("{a} {b}").as_bytes());
        assert_eq!(ChainId::of_layers([a, b]).map(|c| c.0), Some(by_hand));
    }
}
