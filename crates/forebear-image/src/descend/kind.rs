//! What documents are.

use std::fmt;

use serde::Serialize;

/// What a document on the way to an image is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DocumentKind {
    /// An index or manifest list.
    Index,
    /// A manifest.
    Manifest,
    /// An image config.
    Config,
}

impl fmt::Display for DocumentKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Index => "index",
            Self::Manifest => "manifest",
            Self::Config => "config",
        })
    }
}
