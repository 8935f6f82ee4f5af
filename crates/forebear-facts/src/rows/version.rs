//! The version of the rows.

/// Version of the rows and of the rules that derive them. Rows of another
/// version are made again from the kept documents.
pub const VERSION: u32 = 4;

/// SHA-256 of all rows that this version derives from the documents in
/// `tests/frozen/`.
#[cfg(test)]
const FROZEN: &str = "893eadb735f9640d55bdcc23d38eebd8f6857f1ad310438e7d03e2020c353b66";

#[cfg(test)]
mod tests;
