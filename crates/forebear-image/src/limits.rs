//! How much of a document is read: what has more is hostile.

/// More layers than any builder makes (Docker's limit is 127).
pub const MAX_LAYERS: usize = 2_000;
/// More entries than any real index has.
pub const MAX_CHILDREN: usize = 5_000;
/// More history than any build writes.
pub const MAX_HISTORY: usize = 100_000;
