//! How much of a document is read.

/// The most bytes of a document (manifest, config, index) that are read: as
/// many as the registry client takes of a config, so that an image is answered
/// for in every form or in none. A history of the most steps that are read
/// fits.
pub const DOCUMENT_CAP: u64 = 16 * 1024 * 1024;
