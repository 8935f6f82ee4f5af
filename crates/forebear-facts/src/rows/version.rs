//! The version of the rows.

/// Version of the rows and of the rules that derive them. Rows of another
/// version are made again from the kept documents.
pub const VERSION: u32 = 6;

/// SHA-256 of all rows that this version derives from the documents in
/// `tests/frozen/`.
#[cfg(test)]
const FROZEN: &str = "25ee5ad790e2d73cb9c96e87946d9d90017d70ba8b7de8a0068c2bb4a00313cf";

#[cfg(test)]
mod tests;
