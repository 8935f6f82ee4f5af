//! What can be wrong with a manifest.

use crate::json::FieldError;

/// Why bytes are not a manifest this project can use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// Not JSON, or JSON of another shape.
    #[error("not a manifest: {0}")]
    Malformed(String),
    /// A media type or schema version this project does not know.
    #[error("unknown manifest type '{0}'")]
    UnknownType(String),
    /// Both an image manifest and an index, which clients read differently
    /// (GHSA-qq97-vm5h-rrhg).
    #[error("the document is both a manifest and an index; it is refused as ambiguous")]
    Ambiguous,
    /// More entries than allowed.
    #[error("{what}: {count}, more than the {limit} allowed")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// How many there are.
        count: usize,
        /// How many are allowed.
        limit: usize,
    },
}

impl From<FieldError> for ManifestError {
    fn from(error: FieldError) -> Self {
        match error {
            FieldError::TooMany { name, count, limit } => Self::TooMany { what: name, count, limit },
            FieldError::Twice(_) | FieldError::OtherType { .. } => Self::Malformed(error.to_string()),
        }
    }
}
