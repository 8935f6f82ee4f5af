//! The version of the rows.

/// Version of the rows and of the rules that derive them. Rows of another
/// version are made again from the kept documents.
pub const VERSION: u32 = 2;
