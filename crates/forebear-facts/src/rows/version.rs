//! The version of the rows.

/// Version of the rows and of the rules that derive them. Rows of another
/// version are made again from the kept documents.
pub const VERSION: u32 = 6;

/// SHA-256 of all rows that this version derives from the documents in
/// `tests/frozen/`.
#[cfg(test)]
const FROZEN: &str = "d20db0f6dd831413c26d87165dcf15e21fb157045d88e67698fe66a12065cf89";

#[cfg(test)]
mod tests;
