//! What can be wrong with a selection.

use forebear_image::reference::ReferenceError;

/// Why a selection selects nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SelectionError {
    /// A glob that is none.
    #[error("'{glob}' is not a glob: {reason}")]
    Glob {
        /// As it was written.
        glob: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A source that takes names, and none were given.
    #[error("it says where to look, and names no repositories")]
    NoRepositories,
    /// A glob where names are asked for.
    #[error("'{glob}' is a glob, and a list takes names; globs are for the catalog")]
    GlobInList {
        /// As it was written.
        glob: String,
    },
    /// A name that is not below the prefix that is taken off.
    #[error("'{name}' is not below {prefix}, which is taken off: write it as the registry does, {prefix}{name}")]
    NotBelow {
        /// As it was written.
        name: String,
        /// With its last slash.
        prefix: String,
    },
    /// A name that is no repository's.
    #[error(transparent)]
    Repository(#[from] ReferenceError),
    /// A name that is no namespace's.
    #[error("'{name}' is no namespace; write NAMESPACE or NAMESPACE/GLOB")]
    Namespace {
        /// As it was written.
        name: String,
    },
}
