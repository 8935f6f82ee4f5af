//! What to make of what an image declares.

use forebear_image::declared::Declared;
use serde::{Deserialize, Serialize};

/// What the layers and history say of a declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The parent is the declared base.
    Agrees,
    /// The declared base is known, and is not the parent.
    Contradicts,
    /// The declared base is not in the index.
    NotIndexed,
    /// Of provenance: another image that the build read, for a stage, a
    /// `COPY --from`, or as the frontend.
    Material,
}

/// A declared base with its verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredBase {
    /// What is declared.
    pub declared: Declared,
    /// What to make of it.
    pub verdict: Verdict,
}
