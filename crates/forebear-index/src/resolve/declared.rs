//! Declared bases beside the answer: agrees, contradicts, not in the index.

use forebear_image::declared::Declared;
use serde::{Deserialize, Serialize};

use crate::reader::{ImageId, Index};

use super::rank::{canonical, declares, is_read};
use super::{Parent, Subject};

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
}

impl Verdict {
    /// The word used in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Agrees => "agrees",
            Self::Contradicts => "contradicts",
            Self::NotIndexed => "not_indexed",
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
}

/// Compares every declaration with the parent that was found.
pub(super) fn compare(index: &Index, subject: Subject<'_>, parent: Option<&Parent>) -> Vec<DeclaredBase> {
    let one = |declared: &Declared| {
        let mut alone = subject.image.clone();
        alone.declared = vec![declared.clone()];
        let only = Subject { image: &alone, known: subject.known };
        let names_it = |image: ImageId| declares(index, only, image, &index.names_of(image));
        let agrees = match parent {
            Some(parent) => parent.equal.iter().any(|image| names_it(*image)),
            None => declared.is_scratch(),
        };
        let verdict = if agrees {
            Verdict::Agrees
        } else if declared.is_scratch() || is_indexed(index, declared) {
            Verdict::Contradicts
        } else {
            Verdict::NotIndexed
        };
        DeclaredBase { declared: declared.clone(), verdict }
    };
    subject.image.declared.iter().map(one).collect()
}

/// Whether the index knows the declared base. A digest decides where there is
/// one: a tag of that name may since lead elsewhere.
fn is_indexed(index: &Index, declared: &Declared) -> bool {
    if let Some(digest) = declared.digest {
        return is_read(index, digest);
    }
    let known = || {
        let name = canonical(declared.name.as_deref()?)?;
        let reference: forebear_image::Reference = name.parse().ok()?;
        let repository = index.find_repository(&reference.repository)?;
        index.find_tag(repository, reference.tag.as_deref()?)
    };
    known().is_some()
}
