//! What to make of what an image declares.

use forebear_image::declared::Declared;
use serde::{Deserialize, Serialize};

/// What the layers and history say of a declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The parent is the declared base, or `scratch` is, and there is no parent.
    Agrees,
    /// The declared base is known, and is not the parent.
    Contradicts,
    /// The declared base is not in the index.
    NotIndexed,
    /// The parent declares the same, in the same place: labels and histories
    /// are inherited, and say nothing of this image.
    Inherited,
    /// It is an ancestor of the parent: the index knows an image nearer.
    Ancestor,
    /// The declared base is known, by digests that cannot be compared with
    /// this image's.
    NotComparable,
    /// Its name begins with `localhost/`, which is no registry's, and the index
    /// has none of that name.
    Local,
    /// Of provenance: another image that the build read, for a stage, a
    /// `COPY --from`, or as the frontend.
    Material,
}

impl Verdict {
    /// The word that answers and tables have for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Agrees => "agrees",
            Self::Contradicts => "contradicts",
            Self::NotIndexed => "not_indexed",
            Self::Inherited => "inherited",
            Self::Ancestor => "ancestor",
            Self::NotComparable => "not_comparable",
            Self::Local => "local",
            Self::Material => "material",
        }
    }
}

/// A declared base with its verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredBase {
    /// What is declared.
    pub declared: Declared,
    /// What to make of it.
    pub verdict: Verdict,
    /// Of a base that cannot be compared: how its layers are named.
    pub named_by: Option<&'static str>,
    /// Of a local name: the parent's own, where but for the registry it is that.
    pub same_name: Option<String>,
}
