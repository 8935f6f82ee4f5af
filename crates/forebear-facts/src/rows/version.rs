//! The version of the rows.

/// Version of the rows and of the rules that derive them. Rows of another
/// version are made again from the kept documents.
pub const VERSION: u32 = 2;

/// SHA-256 of all rows that this version derives from the documents in
/// `tests/frozen/`.
#[cfg(test)]
const FROZEN: &str = "954c6ab5fb355ceb86147c602f0f12ca005b142ae082ff4732312174f34486c5";

#[cfg(test)]
mod tests;
