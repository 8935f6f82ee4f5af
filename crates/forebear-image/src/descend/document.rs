//! Documents as they are handed over.

use std::borrow::Cow;

use crate::config::{self, ConfigFacts};
use crate::digest::{ConfigDigest, Digest, ManifestDigest};
use crate::facts::ManifestFacts;
use crate::{manifest, schema1};

use super::error::{DescendError, Mismatch};
use super::kind::DocumentKind;

/// A document's bytes, with what its place says of them.
#[derive(Clone, Debug)]
pub struct Document<'a> {
    pub(super) bytes: Cow<'a, [u8]>,
    pub(super) content_type: Option<&'a str>,
    compared: bool,
}

impl<'a> Document<'a> {
    /// Bytes as they lie there. They are compared with the digest that names
    /// them before anything parses them.
    #[must_use]
    pub fn raw(bytes: impl Into<Cow<'a, [u8]>>) -> Self {
        Self { bytes: bytes.into(), content_type: None, compared: false }
    }

    /// Bytes that were compared with the digest that names them where they were
    /// read: not hashed again.
    #[must_use]
    pub fn compared(bytes: impl Into<Cow<'a, [u8]>>) -> Self {
        Self { compared: true, ..Self::raw(bytes) }
    }

    /// With what a registry said they are.
    #[must_use]
    pub fn of_type(self, content_type: Option<&'a str>) -> Self {
        Self { content_type, ..self }
    }

    /// The bytes as those that a digest names; else what they hash to.
    pub(super) fn compare(&self, expected: &Digest) -> Result<Compared<'_>, Digest> {
        if self.compared { Ok(Compared(&self.bytes)) } else { Compared::with(&self.bytes, expected) }
    }

    /// A manifest, compared with the digest that names it, if any does, with
    /// its digest. That of a signed schema 1 manifest is of what it signs.
    pub(super) fn parse_manifest(
        &self,
        named: Option<ManifestDigest>,
    ) -> Result<(ManifestDigest, ManifestFacts), DescendError> {
        let digest = match named.map(|named| (named, self.compare(&named.0))) {
            Some((named, Ok(_))) => named,
            Some((named, Err(actual))) if schema1::digest(&self.bytes) != Some(named) => {
                return Err(mismatch(DocumentKind::Manifest, named.0, actual));
            }
            Some((named, Err(_))) => named,
            None => schema1::digest(&self.bytes).unwrap_or_else(|| ManifestDigest::of(&self.bytes)),
        };
        let parsed = manifest::parse(&self.bytes, self.content_type);
        parsed.map(|facts| (digest, facts)).map_err(|source| DescendError::Manifest { digest, source })
    }

    /// A config, compared with the digest that names it.
    pub(super) fn parse_config(&self, named: ConfigDigest) -> Result<ConfigFacts, DescendError> {
        let compared = self.compare(&named.0).map_err(|actual| mismatch(DocumentKind::Config, named.0, actual))?;
        config::parse(compared.bytes()).map_err(|source| DescendError::Config { digest: named, source })
    }
}

fn mismatch(kind: DocumentKind, expected: Digest, actual: Digest) -> DescendError {
    DescendError::Mismatch { kind, mismatch: Box::new(Mismatch { expected, actual }) }
}

/// Bytes that are those that a digest names. Nothing is parsed before.
#[derive(Clone, Copy, Debug)]
pub struct Compared<'a>(&'a [u8]);

impl<'a> Compared<'a> {
    /// Hashes and compares.
    ///
    /// # Errors
    /// What the bytes hash to (SHA-256), where that is something else.
    pub fn with(bytes: &'a [u8], expected: &Digest) -> Result<Self, Digest> {
        if expected.matches(bytes) { Ok(Self(bytes)) } else { Err(Digest::sha256(bytes)) }
    }

    /// Bytes that were compared where they were read.
    #[must_use]
    pub fn already(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(self) -> &'a [u8] {
        self.0
    }
}
