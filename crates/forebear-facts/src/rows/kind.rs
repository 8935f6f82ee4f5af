//! Kinds of manifest rows.

/// Referred to, and never read.
pub const UNREAD: u32 = 0;
/// An image manifest.
pub const IMAGE: u32 = 1;
/// A list of manifests.
pub const INDEX: u32 = 2;
/// A schema 1 manifest. What its history says of a config is a config row
/// under [`super::schema1_key`].
pub const SCHEMA1: u32 = 3;
/// Not an image.
pub const ARTIFACT: u32 = 4;
/// An attestation whose statement was read.
pub const ATTESTATION: u32 = 5;
