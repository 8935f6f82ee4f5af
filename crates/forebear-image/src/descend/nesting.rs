//! How deep indexes may nest.

/// Indexes inside indexes are followed this deep: of an index inside this many
/// others the entries are not looked at. Builders nest one deep; without an end
/// a registry could be walked for ever.
pub const MAX_NESTING: usize = 4;
