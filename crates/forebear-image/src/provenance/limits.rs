//! How much of a statement is read.

/// The most bytes of a statement. With mode=max it holds the whole build graph
/// and the Dockerfile; a few megabytes are seen.
pub const STATEMENT_CAP: usize = 16 * 1024 * 1024;
/// The most images that a statement may list.
pub const MAX_MATERIALS: usize = 256;
/// The most digests that a statement may be about. BuildKit names one digest
/// once for every tag.
pub const MAX_SUBJECTS: usize = 256;

/// Characters of an error that are kept.
pub(super) const SHOWN: usize = 300;
